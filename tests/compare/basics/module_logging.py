# logging: to standard output.
import logging
import sys
logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(levelname)s %(message)s")
logging.info("hello %s", "you")
logging.debug("hidden")
logging.warning("careful")
