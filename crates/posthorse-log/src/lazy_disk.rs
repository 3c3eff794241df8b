//! A disk for tests that dies at a given step and, when the power goes, forgets what was not
//! flushed: the bytes of files as much as the names in folders, each on its own.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::steps::Disk;

/// What is in a file.
#[derive(Debug, Clone, Default)]
struct Bytes {
    now: Vec<u8>,
    flushed: Option<Vec<u8>>,
}

#[derive(Debug, Clone)]
enum Node {
    File(usize),
    Folder,
}

/// Everything on the disk. Names are whole paths.
#[derive(Debug, Clone, Default)]
pub(crate) struct Platter {
    contents: Vec<Bytes>,
    now: BTreeMap<PathBuf, Node>,
    flushed: BTreeMap<PathBuf, Node>,
    /// Steps until it dies, if it does.
    left: Option<usize>,
    /// Whether the step at which it dies only fails, and the next ones work again.
    fails_once: bool,
    taken: usize,
}

/// One machine's view of the disk; clones see the same one.
#[derive(Debug, Clone, Default)]
pub(crate) struct LazyDisk(pub(crate) Rc<RefCell<Platter>>);

impl Platter {
    fn step(&mut self) -> io::Result<()> {
        self.taken += 1;
        match self.left {
            Some(0) => {
                if self.fails_once {
                    self.left = None;
                }
                Err(io::Error::other("the disk has died"))
            }
            Some(left) => {
                self.left = Some(left - 1);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// The power goes: of what was not flushed, `keeps` says what reached the platter all the same.
    fn lose_power(&mut self, mut keeps: impl FnMut() -> u64) {
        let mut survives = BTreeMap::new();
        let names: Vec<PathBuf> = self
            .now
            .keys()
            .chain(self.flushed.keys())
            .cloned()
            .collect();
        for name in names {
            if survives.contains_key(&name) {
                continue;
            }
            let (now, flushed) = (self.now.get(&name), self.flushed.get(&name));
            let is_same = match (now, flushed) {
                (Some(Node::File(a)), Some(Node::File(b))) => a == b,
                (Some(Node::Folder), Some(Node::Folder)) => true,
                _ => false,
            };
            let node = if is_same || keeps().is_multiple_of(2) {
                now
            } else {
                flushed
            };
            survives.insert(name, node.cloned());
        }
        let found = survives
            .into_iter()
            .filter_map(|(name, node)| Some((name, node?)));
        let mut found: BTreeMap<PathBuf, Node> = found.collect();
        // What lies below a name that was lost is lost with it.
        let names: Vec<PathBuf> = found.keys().cloned().collect();
        for name in names {
            let above = name.parent().unwrap_or(Path::new(""));
            if above != Path::new("") && !found.contains_key(above) {
                found.remove(&name);
            }
        }
        for bytes in &mut self.contents {
            let flushed = bytes.flushed.clone().unwrap_or_default();
            if flushed != bytes.now {
                bytes.now = match keeps() % 4 {
                    0 => bytes.now.clone(),
                    1 => bytes.now[..bytes.now.len() / 2].to_vec(),
                    2 => vec![0; bytes.now.len()],
                    _ => flushed,
                };
            }
            bytes.flushed = Some(bytes.now.clone());
        }
        self.now = found.clone();
        self.flushed = found;
    }
}

impl LazyDisk {
    pub(crate) fn dying_after(steps: usize, fails_once: bool) -> Self {
        let platter = Platter {
            left: Some(steps),
            fails_once,
            ..Platter::default()
        };
        Self(Rc::new(RefCell::new(platter)))
    }

    /// How many steps were taken.
    pub(crate) fn taken(&self) -> usize {
        self.0.borrow().taken
    }

    /// The program was killed; the machine runs on and everything written is there.
    pub(crate) fn after_a_kill(&self) -> Self {
        let mut platter = self.0.borrow().clone();
        platter.left = None;
        Self(Rc::new(RefCell::new(platter)))
    }

    /// The machine lost its power.
    pub(crate) fn after_a_power_cut(&self, keeps: impl FnMut() -> u64) -> Self {
        let disk = self.after_a_kill();
        disk.0.borrow_mut().lose_power(keeps);
        disk
    }
}

fn missing() -> io::Error {
    io::ErrorKind::NotFound.into()
}

impl Disk for LazyDisk {
    type File = usize;

    fn read(&self, path: &Path, longest: usize) -> io::Result<Option<Vec<u8>>> {
        let platter = self.0.borrow();
        match platter.now.get(path) {
            Some(Node::File(file)) => {
                let bytes = &platter.contents[*file].now;
                Ok(Some(bytes[..bytes.len().min(longest + 1)].to_vec()))
            }
            _ => Ok(None),
        }
    }

    fn is_folder(&self, path: &Path) -> bool {
        matches!(self.0.borrow().now.get(path), Some(Node::Folder))
    }

    fn make_folder(&mut self, path: &Path) -> io::Result<()> {
        let mut platter = self.0.borrow_mut();
        platter.step()?;
        platter.now.insert(path.to_owned(), Node::Folder);
        Ok(())
    }

    fn create(&mut self, path: &Path) -> io::Result<usize> {
        let mut platter = self.0.borrow_mut();
        platter.step()?;
        if platter.now.contains_key(path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let above = path.parent().ok_or_else(missing)?;
        if above != Path::new("") && !matches!(platter.now.get(above), Some(Node::Folder)) {
            return Err(missing());
        }
        platter.contents.push(Bytes::default());
        let file = platter.contents.len() - 1;
        platter.now.insert(path.to_owned(), Node::File(file));
        Ok(file)
    }

    fn write(&mut self, file: &mut usize, bytes: &[u8]) -> io::Result<()> {
        let mut platter = self.0.borrow_mut();
        let stepped = platter.step();
        // A write that dies has written half.
        let length = if stepped.is_ok() {
            bytes.len()
        } else {
            bytes.len() / 2
        };
        platter.contents[*file].now = bytes[..length].to_vec();
        stepped
    }

    fn sync(&mut self, file: &mut usize) -> io::Result<()> {
        let mut platter = self.0.borrow_mut();
        platter.step()?;
        let bytes = &mut platter.contents[*file];
        bytes.flushed = Some(bytes.now.clone());
        Ok(())
    }

    fn sync_at(&mut self, path: &Path) -> io::Result<()> {
        let file = match self.0.borrow().now.get(path) {
            Some(Node::File(file)) => *file,
            _ => return Err(missing()),
        };
        self.sync(&mut { file })
    }

    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        let mut platter = self.0.borrow_mut();
        platter.step()?;
        let node = platter.now.remove(from).ok_or_else(missing)?;
        platter.now.insert(to.to_owned(), node);
        Ok(())
    }

    fn sync_folder(&mut self, path: &Path) -> io::Result<()> {
        let mut platter = self.0.borrow_mut();
        platter.step()?;
        let is_here = |name: &PathBuf| name.parent() == Some(path);
        let here: BTreeMap<PathBuf, Node> = platter
            .now
            .iter()
            .filter(|(name, _)| is_here(name))
            .map(|(name, node)| (name.clone(), node.clone()))
            .collect();
        platter.flushed.retain(|name, _| !is_here(name));
        platter.flushed.extend(here);
        Ok(())
    }

    fn remove(&mut self, path: &Path) -> io::Result<()> {
        let mut platter = self.0.borrow_mut();
        if platter.now.contains_key(path) {
            platter.step()?;
            platter.now.remove(path);
        }
        Ok(())
    }

    fn list(&self, path: &Path) -> io::Result<Vec<PathBuf>> {
        let platter = self.0.borrow();
        let here = platter
            .now
            .keys()
            .filter(|name| name.parent() == Some(path));
        Ok(here.cloned().collect())
    }

    fn remove_folder(&mut self, path: &Path) -> io::Result<()> {
        let mut platter = self.0.borrow_mut();
        platter.step()?;
        platter.now.remove(path);
        Ok(())
    }
}
