m = 'namespace'
