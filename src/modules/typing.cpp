// _typing: the identity function that typing makes callable from classes at no cost.
#include "modules/heap_type.hpp"
#include "objects/module.hpp"
#include "objects/native.hpp"

namespace orochi {

namespace {

Ref<Object> idfunc(Object&, Object& x) { return Ref<Object>::share(x); }
constexpr MethodDef functions[] = {METHOD("_idfunc($module, x, /)", idfunc, ""), METHOD_END};

}  // namespace

PyModuleDef typing_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_typing",
    .m_doc = "Primitives and accelerators for the typing module.\n",
    .m_methods = METHOD_TABLE(functions),
};

}  // namespace orochi
