/** Network version of the kernel generation, a compile-time constant: 16, 18 or 21. */
declare const FVM: i32;
