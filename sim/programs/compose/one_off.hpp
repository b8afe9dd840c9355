#pragma once

// The container that `run` makes: made from its service, attached to, started, waited for and, with
// --rm, taken away. Plain data, a part of the program that has seen to networks and dependencies.

#include <map>
#include <string>

#include "sim/programs/compose/client.hpp"
#include "sim/programs/compose/container_spec_of.hpp"
#include "sim/programs/docker/attached.hpp"

namespace podium::programs::composing {

class OneOffRun {
  public:
    enum class Next : std::uint8_t {
        Board,  ///< Run what is on the board.
        Wait,   ///< Something is under way.
        Done,   ///< status() is the command's.
    };
    Next advance(model::ProcessContext& context, const Wish& wish, const compose::Project& project, const std::map<std::string, std::string>& image_ids, Board& board);
    [[nodiscard]] int status() const { return status_; }
    /// V1: `docker start --attach` has run, and 1.29 ends with sys.exit() of its status.
    [[nodiscard]] bool by_sys_exit() const { return by_sys_exit_; }

  private:
    enum class Stage : std::uint8_t { Make, Made, Attach, Start, Run, Remove };

    Result<ContainerPlan> plan(model::ProcessContext& context, const Wish& wish, const compose::Project& project, const std::map<std::string, std::string>& image_ids);
    Next make(model::ProcessContext& context, const Wish& wish, const compose::Project& project, const std::map<std::string, std::string>& image_ids, Board& board);
    Next made(model::ProcessContext& context, const Wish& wish, Board& board);
    Next leave(model::ProcessContext& context, const Wish& wish, int status);
    static bool wants_terminal(model::ProcessContext& context, const Wish& wish);
    void begin_start(model::ProcessContext& context, const Wish& wish);

    Stage stage_ = Stage::Make;
    std::string name_;
    std::string id_;
    docker::Attended attended_;
    Call call_;
    bool tty_ = false;
    bool interactive_ = true;
    int status_ = 0;
    bool by_sys_exit_ = false;
};

}  // namespace podium::programs::composing
