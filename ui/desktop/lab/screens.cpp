// What terminals have shown: Screens of run_frame.hpp.

#include <algorithm>

#include "sim/lab/foreground.hpp"
#include "sim/lab/session.hpp"
#include "ui/desktop/lab/run_frame.hpp"
#include "ui/terminal/terminal.hpp"

namespace podium::desktop {
namespace {

TerminalView::Line::Kind line_kind(lab::Shown::Kind kind) {
    switch (kind) {
        case lab::Shown::Kind::Line: return TerminalView::Line::Kind::Typed;
        case lab::Shown::Kind::Output: return TerminalView::Line::Kind::Output;
        case lab::Shown::Kind::Error: return TerminalView::Line::Kind::Error;
        case lab::Shown::Kind::Done: break;
    }
    return TerminalView::Line::Kind::Note;
}

}  // namespace

void Screens::open(const std::string& terminal) {
    if (std::find(names_.begin(), names_.end(), terminal) != names_.end()) return;
    names_.push_back(terminal);
    cached_.emplace_back();
}

void Screens::add(std::vector<lab::Shown> shown) {
    for (lab::Shown& piece : shown) {
        open(piece.terminal);
        if (piece.kind == lab::Shown::Kind::Done) continue;
        pieces_.push_back({piece.time, std::move(piece.terminal), line_kind(piece.kind), std::move(piece.text)});
    }
    if (pieces_.size() > kMostPieces) {
        pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(pieces_.size() - kMostPieces / 2));
        ++cuts_;
    }
}

void Screens::note(const std::string& terminal, Time time, std::string text, bool bad) {
    open(terminal);
    const auto later = std::upper_bound(pieces_.begin(), pieces_.end(), time, [](Time moment, const Piece& piece) { return moment < piece.time; });
    pieces_.insert(later, {time, terminal, bad ? TerminalView::Line::Kind::Error : TerminalView::Line::Kind::Note, std::move(text)});
    ++cuts_;
}

void Screens::cut(Time after) {
    std::erase_if(pieces_, [after](const Piece& piece) { return piece.time > after; });
    ++cuts_;
}

std::shared_ptr<const std::vector<TerminalView>> Screens::views(const lab::Session& session, Time now) {
    if (cached_cuts_ != cuts_) {
        for (Cached& cached : cached_) cached = {};
        cached_cuts_ = cuts_;
    }
    const auto later = std::upper_bound(pieces_.begin(), pieces_.end(), now, [](Time moment, const Piece& piece) { return moment < piece.time; });
    const auto count = static_cast<std::size_t>(later - pieces_.begin());
    auto views = std::make_shared<std::vector<TerminalView>>();
    for (std::size_t i = 0; i < names_.size(); ++i) {
        TerminalView view;
        view.name = names_[i];
        Cached& cached = cached_[i];
        if (!cached.lines || cached.pieces != count) {
            const std::size_t from = cached.lines && cached.pieces < count ? cached.pieces : 0;
            auto lines = std::make_shared<std::vector<TerminalView::Line>>();
            if (from > 0) *lines = *cached.lines;
            for (std::size_t at = from; at < count; ++at) {
                if (pieces_[at].terminal == names_[i]) lines->push_back({pieces_[at].kind, pieces_[at].text});
            }
            if (lines->size() > TerminalView::kMostLines)
                lines->erase(lines->begin(), lines->end() - static_cast<std::ptrdiff_t>(TerminalView::kMostLines));
            cached.lines = std::move(lines);
            cached.pieces = count;
        }
        view.lines = cached.lines;
        view.directory = lab::standing_of(session, names_[i]).directory;
        view.prompt = terminal::prompt_of(session, names_[i]);
        if (const lab::Terminal* terminal = session.terminal(names_[i])) {
            view.running = terminal->running;
            view.reads = terminal->running && lab::waits_for_typing(session.world(), *terminal);
            if (const std::string remote = lab::remote_prompt(session.world(), *terminal); !remote.empty()) view.prompt = remote;
        }
        views->push_back(std::move(view));
    }
    return views;
}

}  // namespace podium::desktop
