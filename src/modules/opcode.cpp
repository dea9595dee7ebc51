// The module _opcode.
#include "language/compiler/opcodes.hpp"
#include "modules/heap_type.hpp"
#include "objects/int.hpp"

namespace orochi {

namespace opcode_parts {

namespace {

bool takes_operand(int opcode) { return opcode >= 90; }
bool is_known(int opcode) {
    switch (opcode) {
#define OPCODE(name, number, caches, operand, effect) case number:
#include "language/compiler/opcodes.def"
        return true;
        default: return false;
    }
}
bool is_jump(int opcode) {
    std::string_view name = language::opcode_name(uint8_t(opcode));
    return name.find("JUMP") != name.npos || name == "FOR_ITER" || name == "SEND";
}

Result<int> stack_effect(ThreadState& ts, Object&, int opcode, Object* oparg, Object* jump) {
    int operand = 0;
    if (takes_operand(opcode)) {
        if (!oparg || is_none(*oparg))
            return raise(ts, PyExc_ValueError, "stack_effect: opcode requires oparg but oparg was not specified");
        operand = TRY(int_as_int(ts, *oparg));
    } else if (oparg && !is_none(*oparg)) {
        return raise(ts, PyExc_ValueError, "stack_effect: opcode does not permit oparg but oparg was specified");
    }
    if (jump && !is_none(*jump) && jump != &bool_object(true) && jump != &bool_object(false))
        return raise(ts, PyExc_ValueError, "stack_effect: jump must be False, True or None");
    if (opcode < 0 || opcode > 255 || !is_known(opcode)) return raise(ts, PyExc_ValueError, "invalid opcode or oparg");
    auto op = static_cast<language::Opcode>(opcode);
    int taken = language::stack_effect(op, operand, true), straight = language::stack_effect(op, operand, false);
    if (!is_jump(opcode)) taken = straight;
    if (!jump || is_none(*jump)) return std::max(taken, straight);
    return jump == &bool_object(true) ? taken : straight;
}
// Statistics are kept by special builds of CPython only.
Ref<Object> get_specialization_stats(Object&) { return new_none(); }

constexpr MethodDef functions[] = {
    METHOD("stack_effect($module, opcode, oparg=None, /, *, jump=None)", stack_effect,
           "Compute the stack effect of the opcode."),
    METHOD("get_specialization_stats($module, /)", get_specialization_stats, "Return the specialization stats"),
    METHOD_END,
};
constinit PyModuleDef_Slot slots[] = {{0, nullptr}};

}  // namespace
}  // namespace opcode_parts

PyModuleDef opcode_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_opcode",
    .m_doc = "Opcode support module.",
    .m_methods = METHOD_TABLE(opcode_parts::functions),
    .m_slots = opcode_parts::slots,
};

}  // namespace orochi
