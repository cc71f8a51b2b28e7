//! The table of objects that Java owns. Java holds ids, never pointers: a stale, foreign or
//! consumed id is an error.

use std::any::Any;
use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use jni::sys::jlong;

use crate::error::{Error, Result};

/// An object of the table. An object that needs another one (keys need parameters) shares the
/// other's content, not its entry, so that Java may free them in any order.
pub trait Object: Any + Send + Sync {
    /// Name of the kind in messages.
    const KIND: &'static str;
}

struct Table {
    next: u64,
    entries: Option<HashMap<u64, Arc<dyn Any + Send + Sync>>>,
}

static TABLE: Mutex<Table> = Mutex::new(Table { next: 1, entries: None });
static RELEASED: Condvar = Condvar::new();

fn table() -> MutexGuard<'static, Table> {
    // No code that can panic runs under the lock, and the map stays consistent anyway.
    TABLE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Table {
    fn entries(&mut self) -> &mut HashMap<u64, Arc<dyn Any + Send + Sync>> {
        self.entries.get_or_insert_with(HashMap::new)
    }

    fn find<T: Object>(&mut self, id: jlong) -> Result<Arc<T>> {
        let entry = self.entries().get(&(id as u64)).cloned();
        let entry = entry.ok_or_else(|| {
            Error::closed_handle(format!("{} {id} is closed or unknown", T::KIND))
        })?;
        entry
            .downcast::<T>()
            .map_err(|_| Error::closed_handle(format!("{id} is not the id of a {}", T::KIND)))
    }
}

/// An object in use by a native call; freeing it waits for the end of this borrow.
pub struct Ref<T: Object> {
    object: Option<Arc<T>>,
}

impl<T: Object> Deref for Ref<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.object.as_deref().expect("present until dropped")
    }
}

impl<T: Object> Drop for Ref<T> {
    fn drop(&mut self) {
        self.object = None;
        // Taking the lock orders this after a waiter's check of the count and before its sleep.
        drop(table());
        RELEASED.notify_all();
    }
}

/// Puts an object into the table. Ids are never used twice.
pub fn insert<T: Object>(object: T) -> jlong {
    let mut table = table();
    let id = table.next;
    table.next += 1;
    table.entries().insert(id, Arc::new(object));
    id as jlong
}

/// Borrows an object of kind `T`; `CLOSED_HANDLE` if the id is not (or no longer) one.
pub fn get<T: Object>(id: jlong) -> Result<Ref<T>> {
    Ok(Ref { object: Some(table().find::<T>(id)?) })
}

/// Removes an object of kind `T` from the table and hands it over once no other call uses it.
pub fn take<T: Object>(id: jlong) -> Result<T> {
    let mut table = table();
    let object = table.find::<T>(id)?;
    table.entries().remove(&(id as u64));
    while Arc::strong_count(&object) > 1 {
        table = RELEASED.wait(table).unwrap_or_else(PoisonError::into_inner);
    }
    drop(table);
    Arc::try_unwrap(object).map_err(|_| Error::internal("an object outside the table was shared"))
}

/// Removes and drops an object of any kind once no call uses it. Unknown ids are ignored.
pub fn free(id: jlong) {
    let mut table = table();
    let Some(object) = table.entries().remove(&(id as u64)) else { return };
    while Arc::strong_count(&object) > 1 {
        table = RELEASED.wait(table).unwrap_or_else(PoisonError::into_inner);
    }
    drop(table);
    drop(object);
}

/// Returns the number of objects in the table.
pub fn live() -> usize {
    table().entries().len()
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use super::*;
    use crate::error::Code;

    struct Apple(u32);
    struct Pear;

    impl Object for Apple {
        const KIND: &'static str = "apple";
    }

    impl Object for Pear {
        const KIND: &'static str = "pear";
    }

    #[test]
    fn ids_are_checked_and_never_reused() {
        let id = insert(Apple(5));
        assert_eq!(get::<Apple>(id).unwrap().0, 5);
        assert_eq!(get::<Pear>(id).err().unwrap().code, Code::ClosedHandle);
        assert_eq!(take::<Pear>(id).err().unwrap().code, Code::ClosedHandle);
        assert_eq!(take::<Apple>(id).unwrap().0, 5);
        assert_eq!(get::<Apple>(id).err().unwrap().code, Code::ClosedHandle);
        assert!(insert(Apple(6)) > id);
        free(id);
        free(-1);
        free(0);
    }

    #[test]
    fn free_waits_for_users() {
        let id = insert(Apple(1));
        let user = get::<Apple>(id).unwrap();
        let freeing = thread::spawn(move || free(id));
        thread::sleep(Duration::from_millis(50));
        assert!(!freeing.is_finished());
        assert_eq!(get::<Apple>(id).err().unwrap().code, Code::ClosedHandle);
        assert_eq!(user.0, 1);
        drop(user);
        freeing.join().unwrap();
    }
}
