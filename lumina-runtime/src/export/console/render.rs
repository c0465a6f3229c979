//! Draws a trace as a tree of lines. The only place that knows what a line looks like.
//!
//! No recursion, and a bounded width however deep the tree: past a depth, a number stands for the
//! outer levels.

use super::critical::CriticalPath;
use super::held::Piece;
use super::line::Line;
use super::node::Node;
use super::parallel::parallel;
use super::style::{Look, Paint};
use super::text::{SafeText, columns, duration};
use super::tree::Tree;
use crate::model::Outcome;

/// When a span is marked as slow.
#[derive(Clone, Copy, Debug)]
pub(super) struct SlowRule {
    /// Least share of the root's length.
    pub(super) share: f64,
    /// Least own time on the critical path, in nanoseconds.
    pub(super) floor_nanos: u64,
}

/// The lines of `piece`, each ended by a line feed, and an empty one if there are several.
pub(super) fn render(piece: &Piece, look: &Look, slow: SlowRule) -> String {
    let tree = Tree::new(&piece.nodes);
    let mut drawing = Drawing {
        out: String::new(),
        piece,
        tree: &tree,
        look,
        path: None,
        bottleneck: None,
        is_parallel: parallel(&piece.nodes, &tree),
        open: Vec::new(),
    };
    let (roots, parts): (Vec<usize>, Vec<usize>) =
        tree.tops.iter().partition(|&&top| piece.nodes[top].is_root);
    for root in roots {
        drawing.draw_root(root, slow);
    }
    drawing.draw_parts(parts);
    // A trace of one line is one of many, most likely, as in a log.
    if drawing.out.lines().nth(1).is_some() {
        drawing.out.push('\n');
    }
    drawing.out
}

/// A span still to be drawn.
struct Todo {
    span: usize,
    depth: usize,
    is_last: bool,
}

struct Drawing<'a> {
    out: String,
    piece: &'a Piece,
    tree: &'a Tree,
    look: &'a Look,
    path: Option<CriticalPath>,
    /// The slow span and its share of the root.
    bottleneck: Option<(usize, f64)>,
    is_parallel: Vec<bool>,
    /// For each level above the current line, whether another span follows on it.
    open: Vec<bool>,
}

impl<'a> Drawing<'a> {
    fn draw_root(&mut self, root: usize, slow: SlowRule) {
        // What was shown before is missing here: its time would seem to be its parent's own.
        if !self.piece.is_partial {
            let path = CriticalPath::new(&self.piece.nodes, self.tree, root);
            self.bottleneck = path.bottleneck(slow.share, slow.floor_nanos);
            self.path = Some(path);
        }
        self.draw(vec![Todo { span: root, depth: 0, is_last: true }]);
    }

    /// Draws subtrees whose parent is not here, those with the same parent together.
    fn draw_parts(&mut self, mut parts: Vec<usize>) {
        (self.path, self.bottleneck) = (None, None);
        parts.sort_by_key(|&top| self.piece.nodes[top].parent);
        for siblings in
            parts.chunk_by(|a, b| self.piece.nodes[*a].parent == self.piece.nodes[*b].parent)
        {
            let parent = self.piece.nodes[siblings[0]].parent;
            let mut line = Line::new(self.look);
            line.put(Paint::Faint, self.look.glyphs.ellipsis);
            line.put(Paint::Faint, &format!(" part of trace {}", self.piece.trace));
            if let Some(parent) = parent {
                line.put(Paint::Faint, &format!(", below span {parent}"));
            }
            line.end(&mut self.out);
            self.draw(todo(siblings, 1));
        }
    }

    fn draw(&mut self, mut todo_list: Vec<Todo>) {
        self.open.clear();
        while let Some(Todo { span, depth, is_last }) = todo_list.pop() {
            // The root has no level of its own: nothing stands beside it.
            self.open.truncate(depth.saturating_sub(1));
            self.draw_span(span, depth, is_last);
            if depth > 0 {
                self.open.push(!is_last);
            }
            self.draw_details(span);
            todo_list.extend(todo(&self.tree.children[span], depth + 1));
        }
    }

    fn draw_span(&mut self, span: usize, depth: usize, is_last: bool) {
        let (node, glyphs) = (&self.piece.nodes[span], self.look.glyphs);
        let is_critical = self.path.as_ref().is_some_and(|path| path.contains(span));
        let mut line = Line::new(self.look);
        if depth == 0 {
            line.put(Paint::Plain, glyphs.root);
        } else {
            self.put_levels(&mut line);
            let (paint, connector) = match (is_critical, is_last) {
                (false, false) => (Paint::Faint, glyphs.branch),
                (false, true) => (Paint::Faint, glyphs.last),
                (true, false) => (Paint::Strong, glyphs.critical_branch),
                (true, true) => (Paint::Strong, glyphs.critical_last),
            };
            line.put(paint, connector);
        }
        line.put(if is_critical { Paint::Strong } else { Paint::Plain }, &node.name);
        if let Some(role) = node.role {
            line.put(Paint::Faint, &format!(" [{role}]"));
        }
        let total = if depth == 0 { "total: " } else { "" };
        let length = duration(node.duration_nanos(), glyphs.micro);
        let parallel = if self.is_parallel[span] { glyphs.parallel } else { "" };
        line.put(Paint::Plain, &format!(" ({total}{length}{parallel})"));
        self.put_slow(&mut line, span);
        put_status(&mut line, node, self.look);
        if depth == 0 {
            self.end_root(line, span);
        } else {
            line.end(&mut self.out);
        }
    }

    /// Puts where the trace is from at the end of the root's line, or below it if it does not fit:
    /// the way from the terminal to other tools must not be cut off.
    fn end_root(&mut self, mut line: Line<'a>, root: usize) {
        let origin = self.origin();
        if line.columns_left() > columns(&origin) + 2 {
            line.put(Paint::Faint, "  ");
        } else {
            line.end(&mut self.out);
            line = self.detail_line(root);
        }
        line.put(Paint::Faint, &origin);
        line.end(&mut self.out);
    }

    fn put_slow(&self, line: &mut Line<'_>, span: usize) {
        if let Some((slow, share)) = self.bottleneck
            && slow == span
        {
            let children = &self.tree.children[span];
            let waited = children.iter().map(|&child| self.piece.nodes[child].waited_nanos);
            let waited = waited.fold(0, u64::saturating_add);
            let own = self.path.as_ref().map_or(0, |path| path.own(span));
            let of = if children.is_empty() {
                "of the total"
            } else if waited >= own / 2 {
                "of the total waiting for its attempts"
            } else {
                "of the total in its own code"
            };
            let share = share * 100.0;
            line.put(Paint::Slow, &format!(" {} ({share:.0}% {of})", self.look.glyphs.slow));
        }
    }

    /// Where the trace is from.
    fn origin(&self) -> String {
        let trace = self.piece.trace;
        let mut origin = format!("trace={trace}");
        // What the specification calls a service that nobody named: nothing to tell it from others.
        let is_named = !self.piece.service.starts_with("unknown_service");
        if is_named && !self.piece.service.is_empty() {
            let service = SafeText::of(&self.piece.service, 40, "");
            origin = format!("service={service}  {origin}");
        }
        if self.piece.is_partial {
            origin.push_str("  (parts were shown before)");
        }
        origin
    }

    /// Attributes, as many a line as fit, then events, links and what is not shown.
    fn draw_details(&mut self, span: usize) {
        let node = &self.piece.nodes[span];
        let mut attributes = node.attributes.as_slice();
        while let Some((first, rest)) = attributes.split_first() {
            let mut line = self.detail_line(span);
            line.put(Paint::Faint, first);
            attributes = rest;
            while let Some((next, rest)) = attributes.split_first()
                && line.columns_left() > columns(next) + 2
            {
                line.put(Paint::Faint, "  ");
                line.put(Paint::Faint, next);
                attributes = rest;
            }
            line.end(&mut self.out);
        }
        for detail in &node.details {
            let mut line = self.detail_line(span);
            line.put(Paint::Plain, detail);
            line.end(&mut self.out);
        }
    }

    fn detail_line(&self, span: usize) -> Line<'a> {
        let mut line = Line::new(self.look);
        self.put_levels(&mut line);
        let has_children = !self.tree.children[span].is_empty();
        line.put(Paint::Faint, if has_children { self.look.glyphs.bar } else { "   " });
        line
    }

    /// What stands to the left of a line: a bar for each level that goes on below it.
    fn put_levels(&self, line: &mut Line<'_>) {
        line.put(Paint::Plain, "  ");
        // At three columns a level, half of the line is left for the span itself.
        let max_levels = self.look.width / 6;
        let hidden = self.open.len().saturating_sub(max_levels);
        if hidden > 0 {
            line.put(Paint::Faint, &format!("{}{hidden} ", self.look.glyphs.ellipsis));
        }
        for &is_open in &self.open[hidden..] {
            line.put(Paint::Faint, if is_open { self.look.glyphs.bar } else { "   " });
        }
    }
}

/// `spans` as siblings, the first on top of the stack.
fn todo(spans: &[usize], depth: usize) -> Vec<Todo> {
    let of = |(at, &span)| Todo { span, depth, is_last: at == 0 };
    spans.iter().rev().enumerate().map(of).collect()
}

fn put_status(line: &mut Line<'_>, node: &Node, look: &Look) {
    let glyphs = look.glyphs;
    let (paint, mark, word) = match node.outcome {
        Outcome::Unset => return,
        Outcome::Ok => (Paint::Good, glyphs.ok, ""),
        // The mark says "error" already, unless nothing follows it.
        Outcome::Error if node.message.is_empty() => (Paint::Bad, glyphs.failed, "error"),
        Outcome::Error => (Paint::Bad, glyphs.failed, ""),
        Outcome::Panic => (Paint::Bad, glyphs.failed, "panic"),
        Outcome::Cancelled => (Paint::Slow, glyphs.cancelled, "cancelled"),
        Outcome::Incomplete => (Paint::Slow, glyphs.incomplete, "incomplete"),
    };
    line.put(paint, &format!(" {mark}"));
    match (word, node.message.as_str()) {
        ("", "") => {}
        (word, "") | ("", word) => line.put(paint, &format!(" {word}")),
        (word, message) => line.put(paint, &format!(" {word}: {message}")),
    }
}
