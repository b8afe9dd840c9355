#pragma once

// Deciding steps: pure functions of the lesson, a run and what was typed. Used by the player on the
// learner's own run and on hidden ones, and by lesson test.

#include <optional>
#include <string>
#include <vector>

#include "lessons/player.hpp"

namespace podium::lessons {

/// Types what the record has, each at its moment, and runs to `until`.
Result<void> replay_acts(Stage& stage, const StepRecord& record, Time until);
/// Decides a Check step: its checks look at the whole of a run that stands at its end, from the
/// beginning.
StepVerdict judge_whole(const Lesson& lesson,
                        const lab::Session& run,
                        const Step& step,
                        int number);
/// What a host's file holds; none when there is no such file.
std::optional<std::string> host_file(const lab::Session& session,
                                     const std::string& host,
                                     const std::string& path);
/// The facts after one that matter to somebody who watches, in words, each with its moment.
std::vector<std::string> told_since(const lab::Session& session, FactId before);
/// What scripts have said after a fact.
std::vector<Narration> narrated_since(const lab::Session& session, FactId before);
/// One fact in words, with its moment.
std::string told(const lab::Session& session, const Fact& fact);
/// Mistakes of lab.lua that only show beside lesson.md: steps, keys and hints it has and lacks.
Result<void> check_lab(const Lesson& lesson, const std::string& catalogue);

}  // namespace podium::lessons
