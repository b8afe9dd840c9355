#pragma once

// `up`, `create`, `scale` and `run` of both clients: networks, volumes and images first, then the containers,
// then, unless detached, their logs, or the one-off container of `run`. up.cpp prepares and makes,
// up_flags.cpp says what is wrong with the command line, up_attached.cpp follows the logs and stops.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/programs/compose/converge.hpp"
#include "sim/programs/compose/follow.hpp"
#include "sim/programs/compose/one_off.hpp"
#include "sim/programs/compose/prepare.hpp"
#include "sim/programs/compose/stopping.hpp"
#include "sim/programs/compose/verbs.hpp"

namespace podium::programs::composing {

enum class UpKind : std::uint8_t { Up, Create, Scale, Run };

class Up final : public ComposeCommand<Up> {
  public:
    Up(Wish wish, UpKind kind) : ComposeCommand(std::move(wish)), kind_(kind) {}

  protected:
    [[nodiscard]] std::vector<std::string> named_services() const override;
    [[nodiscard]] std::string_view title() const override { return kind_ == UpKind::Create ? "Creating" : "Running"; }
    Move think(model::ProcessContext& context) override;
    // Logs flow while containers are started and stopped.
    bool meanwhile(model::ProcessContext& context) override;

  private:
    enum class Stage : std::uint8_t { Ask, Answered, Pulled, Prepared, Known, Converge, Made, ImageGone, Attach, Start, Started, Follow, Stopping, OneOff };

    [[nodiscard]] bool starts() const { return kind_ != UpKind::Create && !flags().on("no-start"); }
    [[nodiscard]] bool detached() const { return kind_ != UpKind::Up || flags().on("detach") || flags().on("no-start") || flags().on("wait"); }
    [[nodiscard]] bool aborts() const { return flags().on("abort-on-container-exit") || flags().has("exit-code-from"); }
    bool read_scales(std::string& wrong);
    [[nodiscard]] std::string wrong_scale(const std::string& entry, const std::string& name, const std::string& text) const;
    // V2: a service with a name of its own can't have several containers; 1.29 only warns of it.
    [[nodiscard]] std::string wrong_names() const;
    /// The sentence for a service that is to have more containers than Podium makes.
    [[nodiscard]] std::string too_many() const;
    Move begin(model::ProcessContext& context);
    [[nodiscard]] std::string unattachable() const;
    [[nodiscard]] std::string conflicting_flags_v1() const;
    // validateFlags and what follows it in cmd/compose/up.go.
    [[nodiscard]] std::string conflicting_flags_v2() const;
    [[nodiscard]] std::string conflicting_run_flags() const;
    [[nodiscard]] bool ignores_orphans() const { return variable_on("COMPOSE_IGNORE_ORPHANS"); }
    [[nodiscard]] bool removes_orphans() const { return flags().has("remove-orphans") ? flags().on("remove-orphans") : !v1() && kind_ == UpKind::Up && variable_on("COMPOSE_REMOVE_ORPHANS"); }
    // Secrets and configs that are written in the file, or come from a variable, lie on the host as files.
    void write_inline_files(model::ProcessContext& context);
    [[nodiscard]] const Answer& network_answer(std::size_t i) const { return answer(2 + i); }
    [[nodiscard]] const Answer& volume_answer(std::size_t i) const { return answer(2 + project().networks.size() + i); }
    [[nodiscard]] const Answer& image_answer(std::size_t i) const { return answer(2 + project().networks.size() + project().volumes.size() + i); }
    // 1.29 makes networks and volumes before it pulls; docker compose 2 pulls first.
    Move answered(model::ProcessContext& context);
    /// Warns of what there is, and gives the sentence of what keeps it from going on.
    std::string plan_resources(model::ProcessContext& context, Preparer& preparer);
    std::string plan_networks_and_volumes(Preparer& preparer);
    // What comes before it is done, and then it is told.
    Move refuse_after(std::string wrong);
    // A volume made from another definition is made anew where the person says so.
    std::optional<Move> ask_about_volumes(model::ProcessContext& context);
    Move pulled(model::ProcessContext& context);
    void note_image(const std::string& service, const Answer& present);
    std::string note_volumes(const Answer& image);
    // 1.29: of the services' containers, where it is no longer their service's.
    [[nodiscard]] std::vector<std::string> former_images() const;
    Move prepared(model::ProcessContext& context);
    // isOrphaned: of a service that the files no longer have; docker compose 2 counts one-off containers that ended.
    [[nodiscard]] bool orphaned(const Found& found) const;
    Move known(model::ProcessContext& context);
    void warn_of_orphans(model::ProcessContext& context, const std::vector<Found>& orphans);
    void remove_orphan(const Found& orphan);
    [[nodiscard]] Convergence convergence() const;
    Move converge(model::ProcessContext& context);
    Move made(model::ProcessContext& context);
    // 1.29: what is to be made anew has no image any more, and so nobody knows which of its volumes go on.
    Move image_gone(model::ProcessContext& context);
    // What the containers would be now, had this been no dry run.
    void imagine_made();
    // V2: the containers there are now are started, in the order of dependencies.
    Move start(model::ProcessContext& context);
    Move started(model::ProcessContext& context);
    Move attach(model::ProcessContext& context);
    void interrupt(model::ProcessContext& context);
    // A second Ctrl-C while the containers are stopped.
    void kill_all();
    [[nodiscard]] bool stoppable(const Found& found) const;
    Move follow(model::ProcessContext& context);
    [[nodiscard]] const LogSource* failed_source() const;
    Move begin_stop(model::ProcessContext& context);
    Move leave(model::ProcessContext& context, int status) { return v1() ? exit_v1(context, status) : finish(status); }
    Move stopping(model::ProcessContext& context);
    // The dependencies run: now the container of `run` itself.
    Move one_off(model::ProcessContext& context);

    OneOffRun run_;
    UpKind kind_;
    Stage stage_ = Stage::Ask;
    std::vector<std::string> services_;
    std::shared_ptr<const compose::Project> selected_;  ///< Docker compose 2, once pulled: what of the project is prepared.
    std::vector<Found> found_;
    std::map<std::string, std::string> image_ids_;
    std::map<std::string, std::set<std::string>> image_volumes_;  ///< By image.
    std::map<std::string, std::string> gone_images_;  ///< 1.29: what the engine says of containers' images that it has no more.
    std::string gone_;                                ///< Of these, what a question is about.
    bool reset_images_ = false;                       ///< It was answered with yes.
    std::map<std::string, std::int64_t> scales_;
    std::string refused_;  ///< Said, and no more done, once all is prepared that comes before.
    std::size_t volume_at_ = 0;
    std::set<std::string> renewed_volumes_;
    Prompt prompt_;
    std::string since_;
    LogFollower follower_;
    bool in_swarm_ = false;  ///< The engine's host is a node of a swarm.
    bool interrupted_ = false;
    bool stop_planned_ = false;
    bool asked_exit_ = false;
    std::string exit_from_;
};

}  // namespace podium::programs::composing
