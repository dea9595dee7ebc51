// The module syslog. The log is the process's: what openlog() sets holds for all interpreters, and the name that the
// system keeps a pointer to is not freed before it is replaced.
#include <syslog.h>
#include <cstdlib>

#include "modules/os_support.hpp"

namespace orochi {

namespace {

struct SyslogState {
    char* ident;  // malloc; what openlog() was given
    bool opened;
};
SyslogState& syslog_state(Object& module) { return *static_cast<SyslogState*>(module_state(module)); }

// The program's name, when nothing was given: the last part of sys.argv[0].
Result<OptRef<Object>> default_ident(ThreadState& ts) {
    Object* argv = sys_get(ts, "argv"_s);
    if (!argv || !PyList_Check(argv) || list_size(as<List>(*argv)) == 0) return nullptr;
    Object& first = list_item(as<List>(*argv), 0);
    if (!PyUnicode_Check(&first) || str_length(as<Str>(first)) == 0) return nullptr;
    std::string_view name = TRY(str_utf8(ts, as<Str>(first)));
    size_t slash = name.rfind('/');
    if (slash != name.npos) name.remove_prefix(slash + 1);
    return OptRef<Object>(TRY(str_from_utf8(ts, name)));
}

Result<void> open_log(ThreadState& ts, Object& module, Object* ident, long option, long facility) {
    OptRef<Object> name = ident ? OptRef<Object>::share(ident) : TRY(default_ident(ts));
    char* copy = nullptr;
    if (name) {
        std::string text(TRY(str_utf8(ts, as<Str>(*name))));
        if (text.find('\0') != text.npos) return raise(ts, PyExc_ValueError, "embedded null character");
        copy = strdup(text.c_str());
    }
    if (!audit(ts, "syslog.openlog", "Oll", name ? name.get() : &none(), option, facility).ok()) {
        free(copy);
        return failure;
    }
    SyslogState& state = syslog_state(module);
    openlog(copy, int(option), int(facility));
    free(std::exchange(state.ident, copy));
    state.opened = true;
    return {};
}

Result<void> syslog_openlog(ThreadState& ts, Object& module, OptionalText ident, Object* option, Object* facility) {
    return open_log(ts, module, ident ? obj(ident.str) : nullptr, option ? TRY(convert_long(ts, *option)) : 0,
                    facility ? TRY(convert_long(ts, *facility)) : LOG_USER);
}
Result<void> syslog_syslog(ThreadState& ts, Object& module, Rest arguments) {
    auto wrong = [&] { return raise(ts, PyExc_TypeError, "[priority,] message string"); };
    int priority = LOG_INFO;
    Object* message;
    if (arguments.count == 1) {
        message = arguments.items[0];
    } else if (arguments.count == 2 && PyLong_Check(arguments.items[0])) {
        priority = TRY(convert_int(ts, arguments[0]));
        message = arguments.items[1];
    } else {
        return wrong();
    }
    if (!PyUnicode_Check(message)) return wrong();
    std::string text(TRY(str_utf8(ts, as<Str>(*message))));
    TRY(audit(ts, "syslog.syslog", "is", priority, text.c_str()));
    if (!syslog_state(module).opened) TRY(open_log(ts, module, nullptr, 0, LOG_USER));
    unlocked_call(ts, [&] {
        syslog(priority, "%s", text.c_str());
        return 0;
    });
    return {};
}
Result<void> syslog_closelog(ThreadState& ts, Object& module) {
    TRY(audit(ts, "syslog.closelog", nullptr));
    SyslogState& state = syslog_state(module);
    if (state.opened) {
        closelog();
        free(std::exchange(state.ident, nullptr));
        state.opened = false;
    }
    return {};
}
Result<int> syslog_setlogmask(ThreadState& ts, Object&, int mask) {
    TRY(audit(ts, "syslog.setlogmask", "i", mask));
    return setlogmask(mask);
}
int syslog_log_mask(Object&, int priority) { return LOG_MASK(priority); }
int syslog_log_upto(Object&, int priority) { return LOG_UPTO(priority); }

const MethodDef syslog_methods[] = {
    METHOD_PLAIN("openlog($module, /, ident=None, logoption=0, facility=<unrepresentable>)", syslog_openlog, nullptr),
    METHOD_PLAIN("closelog($module, /)", syslog_closelog, nullptr),
    METHOD_PLAIN("syslog($module, /, *args)", syslog_syslog, nullptr),
    METHOD_PLAIN("setlogmask($module, mask, /)", syslog_setlogmask, nullptr),
    METHOD_PLAIN("LOG_MASK($module, pri, /)", syslog_log_mask, nullptr),
    METHOD_PLAIN("LOG_UPTO($module, pri, /)", syslog_log_upto, nullptr),
    METHOD_END,
};

constexpr IntConstant constants[] = {
    {"LOG_ALERT", LOG_ALERT},   {"LOG_AUTH", LOG_AUTH},     {"LOG_AUTHPRIV", LOG_AUTHPRIV},
    {"LOG_CONS", LOG_CONS},     {"LOG_CRIT", LOG_CRIT},     {"LOG_CRON", LOG_CRON},
    {"LOG_DAEMON", LOG_DAEMON}, {"LOG_DEBUG", LOG_DEBUG},   {"LOG_EMERG", LOG_EMERG},
    {"LOG_ERR", LOG_ERR},       {"LOG_INFO", LOG_INFO},     {"LOG_KERN", LOG_KERN},
    {"LOG_LOCAL0", LOG_LOCAL0}, {"LOG_LOCAL1", LOG_LOCAL1}, {"LOG_LOCAL2", LOG_LOCAL2},
    {"LOG_LOCAL3", LOG_LOCAL3}, {"LOG_LOCAL4", LOG_LOCAL4}, {"LOG_LOCAL5", LOG_LOCAL5},
    {"LOG_LOCAL6", LOG_LOCAL6}, {"LOG_LOCAL7", LOG_LOCAL7}, {"LOG_LPR", LOG_LPR},
    {"LOG_MAIL", LOG_MAIL},     {"LOG_NDELAY", LOG_NDELAY}, {"LOG_NEWS", LOG_NEWS},
    {"LOG_NOTICE", LOG_NOTICE}, {"LOG_NOWAIT", LOG_NOWAIT}, {"LOG_ODELAY", LOG_ODELAY},
    {"LOG_PERROR", LOG_PERROR}, {"LOG_PID", LOG_PID},       {"LOG_SYSLOG", LOG_SYSLOG},
    {"LOG_USER", LOG_USER},     {"LOG_UUCP", LOG_UUCP},     {"LOG_WARNING", LOG_WARNING},
};

Result<void> syslog_exec(ThreadState& ts, Object& module) { return module_add_constants(ts, module, constants); }
void syslog_free(void* module) {
    SyslogState* state = static_cast<SyslogState*>(module_state(*static_cast<Object*>(module)));
    if (!state || !state->ident) return;
    closelog();
    free(state->ident);
}
MODULE_EXEC_SLOTS(syslog_slots, syslog_exec);

}  // namespace

PyModuleDef syslog_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "syslog",
    .m_size = sizeof(SyslogState),
    .m_methods = METHOD_TABLE(syslog_methods),
    .m_slots = const_cast<PyModuleDef_Slot*>(syslog_slots),
    .m_free = syslog_free,
};

}  // namespace orochi
