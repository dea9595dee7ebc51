# orochi_freeze(OUTPUT SOURCE FILENAME)
#
# Compiles a Python file with our own compiler at build time into OUTPUT: the
# bytes of its marshalled code, as numbers for the inside of a C array
#
#     const unsigned char kCode[] = {
#     #include "frozen/name.inc"
#     };
#
# FILENAME is its co_filename, such as "<frozen importlib._bootstrap>". List
# OUTPUT among the sources of the target that includes it.
function(orochi_freeze output source filename)
  get_filename_component(folder ${output} DIRECTORY)
  file(MAKE_DIRECTORY ${folder})
  add_custom_command(
    OUTPUT ${output}
    COMMAND orochi-dump-code --filename ${filename} --include ${output} ${source}
    DEPENDS ${source} orochi-dump-code
    VERBATIM)
endfunction()
