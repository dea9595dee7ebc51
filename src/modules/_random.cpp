// The module _random: the Mersenne Twister MT19937 (Matsumoto and Nishimura, 1998), seeded and read as CPython does, so
// that random.seed(n) gives the same numbers.
#include <ctime>

#include "base/random.hpp"
#include "modules/heap_type.hpp"
#include "objects/int.hpp"

namespace orochi {

namespace random_module_parts {

namespace {

constexpr int kWords = 624, kMiddle = 397;

struct Random {
    PyObject_HEAD
    int index;
    uint32_t state[kWords];
};

uint32_t next_word(Random& r) {
    uint32_t* mt = r.state;
    if (r.index >= kWords) {
        auto twist = [](uint32_t high, uint32_t low) {
            uint32_t y = (high & 0x80000000u) | (low & 0x7fffffffu);
            return (y >> 1) ^ (-(y & 1) & 0x9908b0dfu);
        };
        int k = 0;
        for (; k < kWords - kMiddle; ++k) mt[k] = mt[k + kMiddle] ^ twist(mt[k], mt[k + 1]);
        for (; k < kWords - 1; ++k) mt[k] = mt[k + kMiddle - kWords] ^ twist(mt[k], mt[k + 1]);
        mt[kWords - 1] = mt[kMiddle - 1] ^ twist(mt[kWords - 1], mt[0]);
        r.index = 0;
    }
    uint32_t y = mt[r.index++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    y ^= y >> 18;
    return y;
}

void seed_word(Random& r, uint32_t seed) {
    uint32_t* mt = r.state;
    mt[0] = seed;
    for (uint32_t i = 1; i < kWords; ++i) mt[i] = 1812433253u * (mt[i - 1] ^ (mt[i - 1] >> 30)) + i;
    r.index = kWords;
}

void seed_words(Random& r, const uint32_t* key, size_t length) {
    uint32_t* mt = r.state;
    seed_word(r, 19650218u);
    size_t i = 1, j = 0;
    for (size_t k = std::max<size_t>(kWords, length); k; --k) {
        mt[i] = (mt[i] ^ ((mt[i - 1] ^ (mt[i - 1] >> 30)) * 1664525u)) + key[j] + uint32_t(j);
        if (++i >= kWords) {
            mt[0] = mt[kWords - 1];
            i = 1;
        }
        if (++j >= length) j = 0;
    }
    for (size_t k = kWords - 1; k; --k) {
        mt[i] = (mt[i] ^ ((mt[i - 1] ^ (mt[i - 1] >> 30)) * 1566083941u)) - uint32_t(i);
        if (++i >= kWords) {
            mt[0] = mt[kWords - 1];
            i = 1;
        }
    }
    mt[0] = 0x80000000u;
}

Result<void> seed(ThreadState& ts, Random& r, Object* value) {
    if (!value || is_none(value)) {
        uint32_t key[kWords];
        if (!base::random_bytes(key, sizeof key)) return raise_os_error(ts, errno);
        seed_words(r, key, kWords);
        return {};
    }
    Ref<Object> number = new_none();
    if (PyLong_Check(value)) {
        number = TRY(Result<Ref<Object>>::adopt(PyLong_Type.tp_as_number->nb_absolute(value)));
    } else {
        number = TRY(int_from_unsigned(ts, size_t(TRY(hash(ts, *value)))));
    }
    size_t bits = TRY(int_bit_count(ts, as<Int>(*number)));
    size_t words = bits == 0 ? 1 : (bits - 1) / 32 + 1;
    uint32_t* key = static_cast<uint32_t*>(ts.heap().allocate(words * 4));
    if (!key) return raise_no_memory(ts);
    auto result = int_to_bytes(ts, as<Int>(*number), reinterpret_cast<unsigned char*>(key), words * 4, true, false);
    if (result.ok()) seed_words(r, key, words);
    Heap::free(key);
    return result;
}

Object* random_tp_new(Type* type, Object*, Object*) { return type->tp_alloc(type, 0); }
int random_tp_init(Object* self, Object* arguments, Object* keywords) {
    ThreadState& ts = current_thread();
    auto run = [&]() -> Result<void> {
        if (keywords && type_of(*self).tp_init == random_tp_init)
            TRY(check_no_keywords(ts, "Random", as<Dict>(keywords)));
        Tuple& a = as<Tuple>(*arguments);
        TRY(check_count(ts, "Random", tuple_size(a), 0, 1));
        return seed(ts, as<Random>(*self), tuple_size(a) ? &tuple_item(a, 0) : nullptr);
    };
    return to_c(run());
}
void random_dealloc(Object* self) {
    Type& type = type_of(*self);
    type.tp_free(self);
    decref(type);
}

double random_random(Random& self) {
    uint32_t a = next_word(self) >> 5, b = next_word(self) >> 6;
    return (a * 67108864.0 + b) * (1.0 / 9007199254740992.0);
}
Result<void> random_seed(ThreadState& ts, Random& self, Object* n) { return seed(ts, self, n); }

Result<Ref<Object>> random_getstate(ThreadState& ts, Random& self) {
    Ref<Tuple> state = TRY(tuple_new(ts, kWords + 1));
    for (int i = 0; i < kWords; ++i) tuple_init_item(state, i, TRY(int_from(ts, self.state[i])));
    tuple_init_item(state, kWords, TRY(int_from(ts, self.index)));
    return state;
}
Result<void> random_setstate(ThreadState& ts, Random& self, Object& value) {
    if (!PyTuple_Check(&value)) return raise(ts, PyExc_TypeError, "state vector must be a tuple");
    Tuple& state = as<Tuple>(value);
    if (tuple_size(state) != kWords + 1) return raise(ts, PyExc_ValueError, "state vector is the wrong size");
    uint32_t words[kWords];
    for (int i = 0; i < kWords; ++i) words[i] = uint32_t(TRY(int_as_unsigned_long(ts, tuple_item(state, i))));
    long index = TRY(int_as_long(ts, tuple_item(state, kWords)));
    if (index < 0 || index > kWords) return raise(ts, PyExc_ValueError, "invalid state");
    self.index = int(index);
    std::memcpy(self.state, words, sizeof words);
    return {};
}
Result<Ref<Object>> random_getrandbits(ThreadState& ts, Random& self, int k) {
    if (k < 0) return raise(ts, PyExc_ValueError, "number of bits must be non-negative");
    if (k == 0) return int_from(ts, 0);
    if (k <= 32) return int_from(ts, next_word(self) >> (32 - k));
    size_t words = size_t(k - 1) / 32 + 1;
    uint32_t* bits = static_cast<uint32_t*>(ts.heap().allocate(words * 4));
    if (!bits) return raise_no_memory(ts);
    for (size_t i = 0; i < words; ++i, k -= 32) {
        uint32_t word = next_word(self);
        bits[i] = k < 32 ? word >> (32 - k) : word;
    }
    auto result = int_from_bytes(ts, reinterpret_cast<unsigned char*>(bits), words * 4, true, false);
    Heap::free(bits);
    return result;
}

constexpr MethodDef random_methods[] = {
    METHOD("random($self, /)", random_random, "random() -> x in the interval [0, 1)."),
    METHOD("seed($self, n=None, /)", random_seed,
           "seed([n]) -> None.\n\nDefaults to use urandom and falls back to a combination\n"
           "of the current time and the process identifier."),
    METHOD("getstate($self, /)", random_getstate, "getstate() -> tuple containing the current state."),
    METHOD("setstate($self, state, /)", random_setstate, "setstate(state) -> None.  Restores generator state."),
    METHOD("getrandbits($self, k, /)", random_getrandbits,
           "getrandbits(k) -> x.  Generates an int with k random bits."),
    METHOD_END,
};

Result<void> execute(ThreadState& ts, Object& module) {
    PyType_Slot slots[] = {
        {Py_tp_dealloc, raw_pointer(random_dealloc)},
        {Py_tp_doc, const_cast<char*>("Random() -> create a random number generator with its own internal state.")},
        {Py_tp_new, raw_pointer(random_tp_new)},
        {Py_tp_init, raw_pointer(random_tp_init)},
        {Py_tp_methods, methods_pointer(random_methods)},
        {0, nullptr}};
    PyType_Spec spec = {"_random.Random", sizeof(Random), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots};
    (void)TRY(module_add_type(ts, module, spec));
    return {};
}

constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace
}  // namespace random_module_parts

PyModuleDef random_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_random",
    .m_doc = "Module implements the Mersenne Twister random number generator.",
    .m_slots = random_module_parts::slots,
};

}  // namespace orochi
