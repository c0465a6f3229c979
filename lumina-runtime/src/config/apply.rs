//! From what is decided to what functions do: the one place that changes plans.

use super::resolve::{Function, Resolved, Target};
use crate::call::{Numbers, Plan};
use crate::inventory;
use crate::policy::fault::{FaultConfig, Faults};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Every function with policies, as its attributes declare it.
pub(super) fn functions() -> &'static [Function] {
    // Asked for before the first change, whose numbers could not be told from those declared.
    static FUNCTIONS: OnceLock<Vec<Function>> = OnceLock::new();
    FUNCTIONS.get_or_init(|| {
        let declared = |plan: &'static Plan| Function { plan, declared: plan.declared() };
        let mut functions: Vec<Function> = inventory::plans().map(declared).collect();
        functions.sort_by_key(|function| function.declared.name);
        functions
    })
}

/// The functions whose shared numbers are not those declared, by their places in [`functions`].
static CHANGED: Mutex<BTreeSet<usize>> = Mutex::new(BTreeSet::new());

/// Makes every function do what is decided, and all others what their attributes say.
///
/// A call that begins meanwhile gets the old settings or the new ones, never a mixture.
pub(super) fn apply(resolved: Option<Resolved>) {
    let mut changed = CHANGED.lock().unwrap_or_else(PoisonError::into_inner);
    let mut targets = resolved.map(|resolved| resolved.targets).unwrap_or_default();
    for (index, Function { plan, declared }) in functions().iter().enumerate() {
        let target = targets.iter().position(|target| std::ptr::eq(target.plan, *plan));
        let target = target.map(|at| targets.swap_remove(at));
        configure(index, plan, &declared.numbers, target.as_ref(), &mut changed);
        let settings = target.map(|target| {
            let Target { name, mut settings, faults, .. } = target;
            settings.faults = faults.map(|config| keep_or_begin(config, plan, name));
            Arc::new(settings)
        });
        plan.put(settings);
    }
}

/// Numbers that never changed are not touched: functions that share a circuit may declare others.
fn configure(
    index: usize,
    plan: &'static Plan,
    declared: &Numbers,
    target: Option<&Target>,
    changed: &mut BTreeSet<usize>,
) {
    match target.and_then(|target| target.numbers) {
        Some(numbers) => {
            changed.insert(index);
            plan.configure(&numbers);
        }
        None if changed.remove(&index) => plan.configure(declared),
        None => {}
    }
}

/// Faults that stay the same go on where they are in their sequence.
fn keep_or_begin(config: FaultConfig, plan: &Plan, name: &str) -> Arc<Faults> {
    let current = plan.overridden().and_then(|settings| settings.faults.clone());
    current
        .filter(|faults| *faults.config() == config)
        .unwrap_or_else(|| Arc::new(Faults::new(config, name)))
}

/// What is to be said of functions that were to fail on purpose and cannot.
pub(super) fn impossible_faults() -> impl Iterator<Item = String> {
    let settings = functions().iter().filter_map(|function| {
        let settings = function.plan.overridden()?;
        settings.faults.as_ref()?.were_impossible().then_some(function.declared.name)
    });
    settings.map(|name| {
        format!(
            "`{name}` cannot fail on purpose: its error is not `From<lumina::Interrupted>`, as far \
             as its signature tells"
        )
    })
}
