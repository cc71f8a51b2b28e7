// What SecMoE needs of Microsoft SEAL 4.0, as a C interface on raw residues: parameters with SEAL's security check, and
// key generation. Polynomials are arrays of 8-byte residues, prime by prime.
// Every function that may throw returns 0, or 1 after writing SEAL's reason into `error`. Nothing is logged.

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <exception>
#include <memory>
#include <stdexcept>
#include <vector>

#include <seal/seal.h>

namespace {

struct Error {
    char *text;
    std::size_t capacity;

    void set(const char *reason) noexcept {
        std::size_t n = std::min(std::strlen(reason), capacity - 1);
        std::memcpy(text, reason, n);
        text[n] = 0;
    }
};

template <class Body>
int guarded(Error error, Body &&body) noexcept {
    try {
        body();
        return 0;
    } catch (const std::exception &e) {
        error.set(e.what());
    } catch (...) {
        error.set("unknown C++ exception");
    }
    return 1;
}

struct Context {
    seal::SEALContext seal;

    explicit Context(const seal::EncryptionParameters &parameters)
        : seal(checked(parameters)) {}

private:
    static seal::SEALContext checked(const seal::EncryptionParameters &parameters) {
        seal::SEALContext context(parameters, true, seal::sec_level_type::tc128);
        if (!context.parameters_set()) {
            throw std::invalid_argument(context.parameter_error_message());
        }
        if (!context.first_context_data()->qualifiers().using_batching) {
            throw std::invalid_argument("the plaintext modulus does not allow batching");
        }
        return context;
    }
};

const Context &as_context(const void *context) { return *static_cast<const Context *>(context); }

// Copies all residues of a ciphertext; all keys of one context have the same shape.
std::uint64_t *append(const seal::Ciphertext &from, std::uint64_t *to) {
    std::size_t words = from.size() * from.coeff_modulus_size() * from.poly_modulus_degree();
    return std::copy_n(from.data(), words, to);
}

} // namespace

extern "C" {

int secmoe_context_new(
    std::uint64_t n, const int *bits, std::size_t primes, std::uint64_t t, Error error, void **out) noexcept {
    return guarded(error, [&] {
        seal::EncryptionParameters parameters(seal::scheme_type::bgv);
        parameters.set_poly_modulus_degree(n);
        parameters.set_coeff_modulus(seal::CoeffModulus::Create(n, std::vector<int>(bits, bits + primes)));
        parameters.set_plain_modulus(t);
        *out = new Context(parameters);
    });
}

void secmoe_context_free(void *context) noexcept { delete static_cast<Context *>(context); }

// The whole chain, key-switching prime last.
void secmoe_context_primes(const void *context, std::uint64_t *out) noexcept {
    for (auto &prime : as_context(context).seal.key_context_data()->parms().coeff_modulus()) {
        *out++ = prime.value();
    }
}

// Fresh keys, all in NTT form over the whole chain (p primes): secret p polynomials, public 2p, relinearisation (p - 1) * 2p.
int secmoe_keys(
    const void *context, Error error, std::uint64_t *secret, std::uint64_t *pub, std::uint64_t *relin) noexcept {
    return guarded(error, [&] {
        seal::KeyGenerator generator(as_context(context).seal);
        auto &secret_key = generator.secret_key();
        std::copy_n(secret_key.data().data(), secret_key.data().coeff_count(), secret);
        seal::PublicKey public_key;
        generator.create_public_key(public_key);
        append(public_key.data(), pub);
        seal::RelinKeys relin_keys;
        generator.create_relin_keys(relin_keys);
        for (auto &part : relin_keys.key(2)) {
            relin = append(part.data(), relin);
        }
    });
}

} // extern "C"
