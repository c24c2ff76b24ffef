//! Network versions 21 on.

use fvm4 as fvm;
use fvm4_shared as fvm_shared;

mod kernel;
#[path = "../reference.rs"]
mod reference;

use kernel::BenchKernel;
pub use reference::Reference;
