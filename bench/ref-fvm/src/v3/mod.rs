//! Network versions 18 to 20.

use fvm3 as fvm;
use fvm3_shared as fvm_shared;

mod kernel;
#[path = "../reference.rs"]
mod reference;

use kernel::BenchKernel;
pub use reference::Reference;
