#pragma once

// A scenario in the window. Its script runs first, to its end, in slices; then the run that came of it is
// computed once more from its inputs and commands alone, stands at its beginning and is a person's to watch,
// to go through and to change. Belongs to the engine's thread.

#include <memory>
#include <string>
#include <vector>

#include "scripting/scenario.hpp"
#include "ui/cli/app.hpp"
#include "ui/cli/real_files.hpp"
#include "ui/desktop/lab/compare.hpp"
#include "ui/desktop/lab/free_play.hpp"
#include "ui/desktop/lab/play.hpp"
#include "ui/desktop/lab/run_frame.hpp"

namespace podium::desktop {

class ScenarioPlay final : public Play {
  public:
    /// What `options` say of the scenario, whose name is the first of their files. Errors: the script can't be
    /// read, or fails before its run begins. `free` says how the run is watched then; checks, end and comparison
    /// are this class's to set.
    static Result<std::unique_ptr<ScenarioPlay>> create(const cli::RunOptions& options, FreeOptions free);

    void handle(const Intent& intent) override;
    void refuse(const std::string& sentence) override;
    void advance(double real_seconds) override;
    void fill(Frame& frame) override;
    [[nodiscard]] bool idle() const override;

    /// Of the script, as podium scenarios lists them: "policy=no|always".
    [[nodiscard]] std::vector<std::string> parameters() const;

  private:
    ScenarioPlay(const cli::RunOptions& options, FreeOptions free);

    /// The script has ended, or failed: what happened is there to be watched.
    void script_ended(const std::string& trouble);

    cli::RealFiles files_;
    FreeOptions free_;
    Comparison comparison_;
    std::unique_ptr<scripting::Scenario> scenario_;
    std::unique_ptr<FreePlay> watched_;  ///< Null while the script runs.
    bool ready_ = false;                 ///< The run has been computed again, and stands at its beginning.
    bool failed_ = false;                ///< The script failed before there was anything to watch.
    bool changed_ = true;
    std::vector<Intent> waiting_;        ///< Came before that.
    std::vector<CheckMark> marks_;
    std::shared_ptr<const std::vector<CheckMark>> shown_marks_;
    Time shown_until_{};
    RunFrame run_frame_;
    Look look_;
    std::string notice_;
    std::uint64_t notice_serial_ = 0;
};

}  // namespace podium::desktop
