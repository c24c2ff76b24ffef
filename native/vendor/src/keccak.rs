//! Keccak-256, which contracts of the EVM call more often than anything else.

pub fn keccak256(data: &[u8]) -> [u8; 32] {
    #[cfg(target_arch = "x86_64")]
    if avx512::is_wanted() {
        // SAFETY: the processor has the instructions.
        return unsafe { avx512::keccak256(data) };
    }
    keccak_asm::Keccak256::digest(data).into()
}

/// The permutation as FIPS 202 writes it down, a lane in each of 25 vector registers: with 32 of them, rotations
/// and logic of three operands, nothing has to be spilled. It takes the library's time on a quiet core, and two
/// thirds of it where a neighbour works on the other half of the core, whose units for integers it leaves alone.
/// The library has such code, too, but whoever builds it has to choose.
#[cfg(target_arch = "x86_64")]
mod avx512 {
    use std::arch::x86_64::*;

    /// Bytes of a block.
    const RATE: usize = 136;
    /// By row y, then column x.
    const ROTATIONS: [[i64; 5]; 5] = [
        [0, 1, 62, 28, 27],
        [36, 44, 6, 55, 20],
        [3, 10, 43, 25, 39],
        [41, 45, 15, 21, 8],
        [18, 2, 61, 56, 14],
    ];
    const ROUND_CONSTANTS: [u64; 24] = [
        0x0000_0000_0000_0001,
        0x0000_0000_0000_8082,
        0x8000_0000_0000_808a,
        0x8000_0000_8000_8000,
        0x0000_0000_0000_808b,
        0x0000_0000_8000_0001,
        0x8000_0000_8000_8081,
        0x8000_0000_0000_8009,
        0x0000_0000_0000_008a,
        0x0000_0000_0000_0088,
        0x0000_0000_8000_8009,
        0x0000_0000_8000_000a,
        0x0000_0000_8000_808b,
        0x8000_0000_0000_008b,
        0x8000_0000_0000_8089,
        0x8000_0000_0000_8003,
        0x8000_0000_0000_8002,
        0x8000_0000_0000_0080,
        0x0000_0000_0000_800a,
        0x8000_0000_8000_000a,
        0x8000_0000_8000_8081,
        0x8000_0000_0000_8080,
        0x0000_0000_8000_0001,
        0x8000_0000_8000_8008,
    ];
    /// Truth tables of `vpternlogq`: a ^ b ^ c, and a ^ (!b & c).
    const XOR3: i32 = 0x96;
    const CHI: i32 = 0xd2;

    /// By row y, then column x; the upper half of each register is not used.
    type State = [[__m128i; 5]; 5];

    /// Zen 5 is faster with integers (sha3-asm's build script, which knows it by the same two features).
    pub fn is_wanted() -> bool {
        let is_zen5 = is_x86_feature_detected!("avx512vp2intersect") && is_x86_feature_detected!("avxvnni");
        is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vl") && !is_zen5
    }

    #[target_feature(enable = "avx512f,avx512vl")]
    pub fn keccak256(data: &[u8]) -> [u8; 32] {
        let mut state = [[_mm_setzero_si128(); 5]; 5];
        let (blocks, rest) = data.as_chunks::<RATE>();
        for block in blocks {
            absorb(&mut state, block);
        }
        let mut last = [0; RATE];
        last[..rest.len()].copy_from_slice(rest);
        last[rest.len()] = 0x01;
        last[RATE - 1] |= 0x80;
        absorb(&mut state, &last);
        let mut digest = [0; 32];
        for (bytes, lane) in digest.chunks_exact_mut(8).zip(state[0]) {
            bytes.copy_from_slice(&_mm_cvtsi128_si64(lane).to_le_bytes());
        }
        digest
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512vl")]
    fn absorb(state: &mut State, block: &[u8; RATE]) {
        for (i, bytes) in block.as_chunks::<8>().0.iter().enumerate() {
            let lane = &mut state[i / 5][i % 5];
            *lane = _mm_xor_si128(*lane, _mm_cvtsi64_si128(i64::from_le_bytes(*bytes)));
        }
        for constant in ROUND_CONSTANTS {
            *state = round(state, constant);
        }
    }

    // With other loops than over indices the lanes would not stay in registers.
    #[allow(clippy::needless_range_loop)]
    #[inline]
    #[target_feature(enable = "avx512f,avx512vl")]
    fn round(a: &State, constant: u64) -> State {
        let zero = _mm_setzero_si128();
        let (mut parity, mut rotated) = ([zero; 5], [zero; 5]);
        for x in 0..5 {
            let below = _mm_ternarylogic_epi64::<XOR3>(a[2][x], a[3][x], a[4][x]);
            parity[x] = _mm_ternarylogic_epi64::<XOR3>(a[0][x], a[1][x], below);
            rotated[x] = _mm_rol_epi64::<1>(parity[x]);
        }
        let mut b = [[zero; 5]; 5];
        for y in 0..5 {
            for x in 0..5 {
                let (left, right) = (parity[(x + 4) % 5], rotated[(x + 1) % 5]);
                let lane = _mm_ternarylogic_epi64::<XOR3>(a[y][x], left, right);
                b[(2 * x + 3 * y) % 5][y] = _mm_rolv_epi64(lane, _mm_set1_epi64x(ROTATIONS[y][x]));
            }
        }
        let mut next = b;
        for y in 0..5 {
            for x in 0..5 {
                next[y][x] = _mm_ternarylogic_epi64::<CHI>(b[y][x], b[y][(x + 1) % 5], b[y][(x + 2) % 5]);
            }
        }
        next[0][0] = _mm_xor_si128(next[0][0], _mm_set1_epi64x(constant.cast_signed()));
        next
    }
}
