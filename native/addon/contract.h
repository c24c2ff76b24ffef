// All numbers that this side and src/native state both, by name. Loading the addon compares them, both ways.
#pragma once

#include "cid.h"
#include "control.h"
#include "errors.h"
#include "observations.h"
#include "syscall.h"

namespace fvm {

struct Agreed {
  const char* name;
  double value;
};

template <class T>
constexpr double number(T value) {
  return static_cast<double>(static_cast<uint64_t>(value));
}

#define FVM_WORD(name, offset) {"Word." #name, number(offset)},
#define FVM_ENUM(type, name) {#type "." #name, number(type::k##name)}
#define FVM_OBSERVATION(name) {"Observed." #name, number(Observed::name)},
#define FVM_ERROR(name) {"ErrorNumber." #name, number(Errno::k##name)}

inline constexpr Agreed kContract[] = {
    FVM_CONTROL_WORDS(FVM_WORD)
    {"PAYLOAD_BYTES", number(kPayloadBytes)},
    {"CONTROL_BYTES", number(kControlBytes)},
    {"RESULT_BYTES", number(kResultBytes)},
    {"MAX_ARGUMENTS", number(kMaxArguments)},
    {"MAX_CID_BYTES", number(kMaxCidBytes)},
    {"MAX_ADDRESS_BYTES", number(kMaxAddressBytes)},
    {"CONTEXT_BYTES", number(kContextBytes)},
    {"STAGED", number(kStaged)},
    FVM_ENUM(Yield, Syscall),
    FVM_ENUM(Yield, MissingBlock),
    FVM_ENUM(Yield, Finished),
    FVM_ENUM(Yield, Slice),
    FVM_ENUM(Outcome, Exit),
    FVM_ENUM(Outcome, OutOfGas),
    FVM_ENUM(Outcome, Fatal),
    FVM_ENUM(Outcome, HostFault),
    FVM_ENUM(ActorAccess, AsBefore),
    FVM_ENUM(ActorAccess, None),
    FVM_ENUM(ActorAccess, Read),
    FVM_ENUM(ActorAccess, Update),
    FVM_ENUM(ActorAccess, Updated),
    FVM_ENUM(ActorUse, Root),
    FVM_ENUM(ActorUse, Balance),
    FVM_OBSERVED(FVM_OBSERVATION)
    {"OBSERVATION_WORDS", number(Observations::kHeaderWords)},
    FVM_ERROR(IllegalArgument),
    FVM_ERROR(IllegalOperation),
    FVM_ERROR(LimitExceeded),
    FVM_ERROR(AssertionFailed),
    FVM_ERROR(InsufficientFunds),
    FVM_ERROR(NotFound),
    FVM_ERROR(InvalidHandle),
    FVM_ERROR(IllegalCid),
    FVM_ERROR(IllegalCodec),
    FVM_ERROR(Serialization),
    FVM_ERROR(Forbidden),
    FVM_ERROR(BufferTooSmall),
    FVM_ERROR(ReadOnly),
    {"ExitCode.IllegalInstruction", number(kExitIllegalInstruction)},
    {"ExitCode.InvalidReceiver", number(kExitInvalidReceiver)},
    {"ExitCode.IllegalExitCode", number(kExitIllegalExitCode)},
    {"ExitCode.AssertionFailed", number(kExitAssertionFailed)},
    {"ExitCode.MissingReturn", number(kExitMissingReturn)},
    {"ExitCode.FirstActorError", number(kFirstUserExitCode)},
    {"codec.RAW", number(kCodecRaw)},
    {"codec.CBOR", number(kCodecCbor)},
    {"codec.DAG_CBOR", number(kCodecDagCbor)},
    {"codec.FIL_COMMITMENT_UNSEALED", number(kCodecCommitmentUnsealed)},
    {"codec.FIL_COMMITMENT_SEALED", number(kCodecCommitmentSealed)},
    {"codec.IDENTITY", number(kHashIdentity)},
    {"codec.SHA2_256", number(kHashSha256)},
    {"codec.BLAKE2B_256", number(kHashBlake2b256)},
};

#undef FVM_WORD
#undef FVM_ENUM
#undef FVM_OBSERVATION
#undef FVM_ERROR

}  // namespace fvm
