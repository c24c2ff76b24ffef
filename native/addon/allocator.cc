// The addon's C++ objects come from mimalloc, like those of its Rust half: each call of an actor makes and
// drops dozens. The C++ library is linked into the addon (binding.gyp), so that what one of them allocates
// and the other frees goes to the same place.
#include <cstddef>
#include <cstdlib>
#include <new>

// Of the crate libmimalloc-sys, in the vendored library.
extern "C" {
void* mi_malloc(size_t size);
void* mi_malloc_aligned(size_t size, size_t alignment);
void mi_free(void* pointer);
}

namespace {

// Without exceptions there is no other way to say that memory is used up.
void* or_abort(void* pointer) {
  if (!pointer) std::abort();
  return pointer;
}

size_t size_of(std::align_val_t alignment) { return static_cast<size_t>(alignment); }

}  // namespace

void* operator new(size_t size) { return or_abort(mi_malloc(size)); }
void* operator new[](size_t size) { return or_abort(mi_malloc(size)); }
void* operator new(size_t size, std::align_val_t alignment) {
  return or_abort(mi_malloc_aligned(size, size_of(alignment)));
}
void* operator new[](size_t size, std::align_val_t alignment) {
  return or_abort(mi_malloc_aligned(size, size_of(alignment)));
}
void* operator new(size_t size, const std::nothrow_t&) noexcept { return mi_malloc(size); }
void* operator new[](size_t size, const std::nothrow_t&) noexcept { return mi_malloc(size); }
void operator delete(void* pointer) noexcept { mi_free(pointer); }
void operator delete[](void* pointer) noexcept { mi_free(pointer); }
void operator delete(void* pointer, size_t) noexcept { mi_free(pointer); }
void operator delete[](void* pointer, size_t) noexcept { mi_free(pointer); }
void operator delete(void* pointer, std::align_val_t) noexcept { mi_free(pointer); }
void operator delete[](void* pointer, std::align_val_t) noexcept { mi_free(pointer); }
void operator delete(void* pointer, size_t, std::align_val_t) noexcept { mi_free(pointer); }
void operator delete[](void* pointer, size_t, std::align_val_t) noexcept { mi_free(pointer); }
