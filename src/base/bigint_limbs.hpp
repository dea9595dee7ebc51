// Inside the big-integer kernels: numbers repacked into GMP's 64-bit limbs, and room for them.
#pragma once

#include <gmp.h>

#include <cstdlib>

#include "base/bigint.hpp"

namespace orochi::base {

static_assert(GMP_NUMB_BITS == 64);

// Room for limbs: in place while small, else from malloc. `ok()` is false when memory ran out.
class Limbs {
public:
    explicit Limbs(std::size_t capacity)
        : data_(capacity <= in_place ? local_
                                     : static_cast<mp_limb_t*>(std::malloc((capacity + slack) * sizeof(mp_limb_t)))) {}
    ~Limbs() {
        if (data_ != local_) std::free(data_);
    }
    Limbs(const Limbs&) = delete;
    Limbs& operator=(const Limbs&) = delete;

    bool ok() const { return data_ != nullptr; }
    mp_limb_t* data() { return data_; }
    mp_limb_t& operator[](std::size_t i) { return data_[i]; }
    mp_size_t size() const { return static_cast<mp_size_t>(size_); }
    void set_size(std::size_t size) { size_ = size; }

    // Takes a number's value; the room must suffice.
    void assign(Digits a);
    // The number as GMP's signed type, which borrows these limbs.
    mpz_srcptr as_mpz(mpz_t view) const { return mpz_roinit_n(view, data_, size()); }

private:
    static constexpr std::size_t in_place = 64;
    static constexpr std::size_t slack = 2;
    mp_limb_t local_[in_place + slack];
    mp_limb_t* data_;
    std::size_t size_ = 0;
};

// Limbs that a number of so many digits may need.
inline std::size_t limbs_for(std::size_t digits) {
    return static_cast<std::size_t>((static_cast<unsigned __int128>(digits) * digit_bits + 63) / 64);
}
// Digits that so many limbs may need.
inline std::size_t digits_for_limbs(std::size_t limbs) {
    return static_cast<std::size_t>((static_cast<unsigned __int128>(limbs) * 64 + digit_bits - 1) / digit_bits);
}

// Writes exactly the digits that the value needs, returns how many.
std::size_t digits_from_limbs(const mp_limb_t* limbs, std::size_t size, Digit* out);
DigitBuffer digits_from_mpz(mpz_srcptr value);

}  // namespace orochi::base
