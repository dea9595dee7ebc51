# logging: levels, handlers, formatters, filters, propagation, exceptions, configuration.
import io, logging, logging.handlers, logging.config, sys, warnings
logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(levelname)s:%(name)s:%(funcName)s:%(message)s")
log = logging.getLogger("app.sub"); log.debug("hidden"); log.info("shown %s %d", "x", 5); log.warning("%(a)s", {"a": 1}); log.error("bad"); log.log(35, "custom"); print(log.name, log.parent.name, log.level, log.getEffectiveLevel(), log.isEnabledFor(10), log.hasHandlers(), logging.getLevelName(35), logging.getLevelName("ERROR"), repr(log), logging.getLogger("app.sub") is log, logging.getLogger().name)
try: 1 / 0
except ZeroDivisionError: log.exception("failed")
log.info("stack", stack_info=False); log.info("extra", extra={"k": 1}); log.critical("critical"); logging.addLevelName(35, "NOTICE"); log.log(35, "named"); logging.disable(logging.ERROR); log.error("disabled"); logging.disable(logging.NOTSET)
s = io.StringIO(); h = logging.StreamHandler(s); h.setFormatter(logging.Formatter("{levelname:<8}|{message}", style="{")); h.setLevel("WARNING"); h.addFilter(lambda r: "secret" not in r.getMessage()); other = logging.getLogger("other"); other.propagate = False; other.addHandler(h); other.setLevel(1); other.debug("no"); other.warning("yes"); other.error("a secret"); print(s.getvalue(), h, other.handlers)
class F(logging.Filter):
    def filter(self, r): r.user = "bob"; return True
h2 = logging.StreamHandler(sys.stdout); h2.setFormatter(logging.Formatter("$user $message".replace("$user", "${user}"), style="$")); h2.addFilter(F()); other.addHandler(h2); other.error("who")
a = logging.LoggerAdapter(log, {"id": 7}); a.info("adapted"); m = logging.handlers.MemoryHandler(2, target=logging.StreamHandler(sys.stdout)); l3 = logging.getLogger("mem"); l3.propagate = False; l3.addHandler(m); l3.error("one"); print("buffered"); l3.error("two"); r = logging.makeLogRecord({"msg": "made %s", "args": ("up",)}); print(r.getMessage(), logging.Formatter("%(asctime)s", "%Y").format(logging.makeLogRecord({"created": 0.0})))
sys.stderr = sys.stdout
log.info("%d", "not a number") if False else log.info("fine")
for bad in ("log.setLevel('NOPE')", "logging.Formatter('%(x')", "logging.Formatter('{a b}', style='{')", "log.log('x', 'm')", "logging.Formatter(style='q')", "logging.getLogger(5)", "log.info('x', extra={'message': 1})", "logging.basicConfig(zzz=1)", "logging.config.dictConfig({})", "log.setLevel(1.5)"):
    try: print(bad, eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
logging.config.dictConfig({"version": 1, "formatters": {"f": {"format": "cfg %(message)s"}}, "handlers": {"h": {"class": "logging.StreamHandler", "formatter": "f", "stream": "ext://sys.stdout"}}, "loggers": {"cfg": {"handlers": ["h"], "level": "DEBUG"}}, "disable_existing_loggers": False}); logging.getLogger("cfg").debug("configured"); logging.captureWarnings(True); warnings.warn("captured"); logging.captureWarnings(False)
fh = logging.FileHandler("log.txt", mode="w", encoding="utf-8", delay=True); lf = logging.getLogger("file"); lf.addHandler(fh); lf.warning("é"); fh.close(); print(open("log.txt", encoding="utf-8").read(), logging.lastResort, logging.raiseExceptions); logging.shutdown()
