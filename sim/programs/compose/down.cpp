// `down` and `rm` of both clients.

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"
#include "sim/programs/compose/container_spec_of.hpp"
#include "sim/programs/compose/converge.hpp"
#include "sim/programs/compose/defaults.hpp"
#include "sim/programs/compose/stopping.hpp"
#include "sim/programs/compose/verbs.hpp"
#include "sim/programs/compose_file/config_text.hpp"

namespace podium::programs::composing {
namespace {

using Json = nlohmann::ordered_json;

// A network, volume or image to take away after the containers.
struct Leftover {
    enum class Kind : std::uint8_t { Network, Volume, Image };
    Kind kind = Kind::Network;
    std::string name;
    bool external = false;
};

std::string_view word_of(Leftover::Kind kind) {
    switch (kind) {
        case Leftover::Kind::Network: return "Network";
        case Leftover::Kind::Volume: return "Volume";
        case Leftover::Kind::Image: return "Image";
    }
    return {};
}

model::Operation operation_of(Leftover::Kind kind) {
    switch (kind) {
        case Leftover::Kind::Network: return model::Operation::NetworkRemove;
        case Leftover::Kind::Volume: return model::Operation::VolumeRemove;
        case Leftover::Kind::Image: return model::Operation::ImageRemove;
    }
    return model::Operation::NetworkRemove;
}

class Down final : public ComposeCommand<Down> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    Move think(model::ProcessContext& context) override {
        switch (stage_) {
            case Stage::Ask: return begin(context);
            case Stage::Stop: return stop(context);
            case Stage::Remove: return remove(context);
            case Stage::Leftovers: return leftovers(context);
            case Stage::Removing: return removing(context);
        }
        return finish(1);
    }
    [[nodiscard]] std::vector<std::string> named_services() const override { return {}; }

  private:
    enum class Stage : std::uint8_t { Ask, Stop, Remove, Leftovers, Removing };

    Move begin(model::ProcessContext& context) {
        if (const std::string rmi = flags().text("rmi"); !rmi.empty() && rmi != "all" && rmi != "local") {
            return fail(context, v1() ? "--rmi flag must be \"all\" or \"local\"" : fmt::format("invalid value for --rmi: \"{}\"", rmi));
        }
        for (const compose::Service& service : project().disabled_services) extra_.push_back(service.name);
        ask(list_request(project().name));
        if (!v1()) {
            Json filters;
            filters["label"] = Json::array({fmt::format("{}={}", kProjectLabel, project().name)});
            for (const auto operation : {model::Operation::NetworkList, model::Operation::VolumeList}) {
                model::RequestSpec spec = request_for(operation);
                spec.options["filters"] = filters.dump();
                ask(std::move(spec));
            }
        }
        stage_ = Stage::Stop;
        return Move::Go;
    }

    [[nodiscard]] bool known(const Found& found) const {
        return project().find_service(found.service) != nullptr || std::find(extra_.begin(), extra_.end(), found.service) != extra_.end();
    }

    Move stop(model::ProcessContext& context) {
        if (!answer(0).ok()) return fail(context, answer(0));
        found_ = read_found(answer(0).body);
        const auto& named = wish().arguments();
        if (!named.empty()) {
            std::erase_if(found_, [&named](const Found& found) { return std::find(named.begin(), named.end(), found.service) == named.end(); });
        }
        for (const Found& found : found_) {
            if (!known(found)) orphans_.push_back(found);
        }
        std::erase_if(found_, [this](const Found& found) { return !known(found); });
        if (!v1()) {
            read_leftovers(1, Leftover::Kind::Network);
            read_leftovers(2, Leftover::Kind::Volume);
            return take_down(context);
        }
        std::vector<Found> running = found_;
        std::erase_if(running, [](const Found& found) { return !found.running(); });
        plan_stop(project(), running, flags().text("timeout"), board_);
        stage_ = Stage::Remove;
        return Move::Go;
    }

    void read_leftovers(std::size_t number, Leftover::Kind kind) {
        if (kind == Leftover::Kind::Volume && !flags().on("volumes")) return;
        if (!wish().arguments().empty()) return;
        Json list = Json::parse(answer(number).body, nullptr, false);
        if (list.is_object()) list = list.value("Volumes", Json::array());
        if (!list.is_array()) return;
        for (const Json& row : list) leftovers_.push_back({kind, row.value("Name", std::string()), false});
    }

    // V2: each container is stopped and removed before those it depends on are.
    Move take_down(model::ProcessContext& context) {
        std::vector<Found> containers = found_;
        if (flags().on("remove-orphans")) {
            containers.insert(containers.end(), orphans_.begin(), orphans_.end());
        } else if (!orphans_.empty()) {
            warn_of_orphans(context);
        }
        add_images();
        if (containers.empty() && leftovers_.empty()) {
            print_error(context, fmt::format("Warning: No resource found to remove for project \"{}\".\n", project().name));
            return finish(0);
        }
        const std::size_t number = board_.add(Batch{});
        const auto waits = dependants(project(), containers);
        const std::size_t first = board_.tasks().size();
        for (std::size_t i = 0; i < containers.size(); ++i) {
            Task task;
            task.subject = "Container " + containers[i].name;
            add_stop_and_remove(task, containers[i], flags().text("timeout"), flags().on("volumes"));
            for (const std::size_t other : waits[i]) task.after.push_back(first + other);
            board_.add(number, std::move(task));
        }
        stage_ = Stage::Leftovers;
        return Move::Go;
    }

    void warn_of_orphans(model::ProcessContext& context) {
        std::vector<std::string> names;
        for (const Found& found : orphans_) names.push_back(found.name);
        const std::string list = v1() ? join(names, ", ") : "[" + join(names, " ") + "]";
        say_warning(context, v1(), fmt::format("Found orphan containers ({}) for this project. If you removed or renamed this service in your compose file, you can run this command with the --remove-orphans flag to clean it up.", list));
    }

    void add_images() {
        const std::string rmi = flags().text("rmi");
        if (rmi.empty()) return;
        std::vector<std::string> seen;
        for (const compose::Service& service : project().services) {
            if (rmi == "local" && !service.image.empty()) continue;
            const std::string image = image_of(project(), service);
            if (std::find(seen.begin(), seen.end(), image) != seen.end()) continue;
            seen.push_back(image);
            leftovers_.push_back({Leftover::Kind::Image, image, false});
        }
    }

    Move remove(model::ProcessContext& context) {
        if (!board_.errors().empty()) return fail(context, board_.errors().front().message);
        board_.forget();
        if (!orphans_.empty() && !flags().on("remove-orphans")) warn_of_orphans(context);
        if (flags().on("remove-orphans")) {
            for (const Found& orphan : orphans_) {
                Batch batch;
                batch.notice = fmt::format("Removing orphan container \"{}\"\n", orphan.name);
                Task task;
                task.subject = orphan.name;
                task.acts.push_back(remove_act(orphan.id, false, true));
                const std::size_t number = board_.add(std::move(batch));
                board_.add(number, std::move(task));
            }
        }
        if (!found_.empty()) {
            Batch batch;
            batch.verb = "Removing";
            const std::size_t number = board_.add(std::move(batch));
            for (const Found& found : found_) {
                Task task;
                task.subject = found.name;
                task.service = found.service;
                task.acts.push_back(remove_act(found.id, flags().on("volumes")));
                board_.add(number, std::move(task));
            }
        }
        for (const compose::Network& network : project().networks) {
            if (compose::is_used(project(), network)) leftovers_.push_back({Leftover::Kind::Network, network.name, network.external});
        }
        if (flags().on("volumes")) {
            for (const compose::Volume& volume : project().volumes) leftovers_.push_back({Leftover::Kind::Volume, volume.name, volume.external});
        }
        add_images();
        stage_ = Stage::Leftovers;
        return Move::Go;
    }

    Move leftovers(model::ProcessContext& context) {
        if (!board_.errors().empty()) return fail(context, board_.errors().front().message);
        board_.forget();
        forget_answers();
        while (next_ < leftovers_.size() && leftovers_[next_].external) {
            if (v1()) print_error(context, fmt::format("{} {} is external, skipping\n", word_of(leftovers_[next_].kind), leftovers_[next_].name));
            ++next_;
        }
        if (next_ == leftovers_.size()) return finish(status_);
        const Leftover& item = leftovers_[next_];
        const std::string_view word = word_of(item.kind);
        if (v1()) {
            print_error(context, fmt::format("Removing {} {}\n", lower(word), item.name));
        } else {
            print_error(context, fmt::format(" {} {}  Removing\n", word, item.name));
        }
        model::RequestSpec spec = request_for(operation_of(item.kind), item.name);
        if (item.kind == Leftover::Kind::Volume && !v1()) spec.options["force"] = "1";
        ask(std::move(spec));
        stage_ = Stage::Removing;
        return Move::Go;
    }

    Move removing(model::ProcessContext& context) {
        const Leftover& item = leftovers_[next_++];
        const Answer& done = answer(0);
        const std::string_view word = word_of(item.kind);
        stage_ = Stage::Leftovers;
        if (done.status == 0) return fail(context, done);
        if (v1()) {
            if (done.status == 404 && item.kind != Leftover::Kind::Image) {
                print_error(context, fmt::format("{} {} not found.\n", word, item.name));
            } else if (!done.ok() && item.kind == Leftover::Kind::Image) {
                print_error(context, done.status == 404 ? fmt::format("Image {} not found.\n", item.name) : fmt::format("Failed to remove image for service: {}\n", done.message()));
            } else if (!done.ok()) {
                return fail(context, done);
            }
            return Move::Go;
        }
        const bool in_use = done.status == 403 || done.status == 409;
        if (in_use) {
            print_error(context, fmt::format(" {} {}  Resource is still in use\n", word, item.name));
        } else if (done.ok() || done.status == 404) {
            print_error(context, fmt::format(" {} {}  Removed\n", word, item.name));
        } else {
            print_error(context, fmt::format(" {} {}  Error\n", word, item.name));
            return fail(context, done);
        }
        return Move::Go;
    }

    Stage stage_ = Stage::Ask;
    std::vector<Found> found_;
    std::vector<Found> orphans_;
    std::vector<std::string> extra_;
    std::vector<Leftover> leftovers_;
    std::size_t next_ = 0;
};

// `rm`: only what is stopped, or with -s what it stops first.
class Remove final : public ComposeCommand<Remove> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    Move think(model::ProcessContext& context) override {
        switch (round_++) {
            case 0:
                if (const std::string wrong = unknown_service(wish().arguments()); !wrong.empty()) return fail(context, wrong);
                ask(list_request(project().name));
                return Move::Go;
            case 1:
                if (!answer(0).ok()) return fail(context, answer(0));
                found_ = read_found(answer(0).body);
                std::erase_if(found_, [this](const Found& found) { return !concerned(found); });
                if (flags().on("stop")) {
                    std::vector<Found> running = found_;
                    std::erase_if(running, [](const Found& found) { return !found.running(); });
                    plan_stop(project(), running, {}, board_);
                }
                return Move::Go;
            case 2:
                if (!board_.errors().empty()) return fail(context, board_.errors().front().message);
                board_.forget();
                return choose(context);
            case 3: return confirmed(context);
            default:
                if (!board_.errors().empty()) return fail(context, board_.errors().front().message);
                return finish(0);
        }
    }

  private:
    [[nodiscard]] bool concerned(const Found& found) const {
        if (project().find_service(found.service) == nullptr) return false;
        if (found.oneoff && !v1()) return false;
        const auto& names = wish().arguments();
        return names.empty() || std::find(names.begin(), names.end(), found.service) != names.end();
    }

    Move choose(model::ProcessContext& context) {
        if (!flags().on("stop")) std::erase_if(found_, [](const Found& found) { return found.running(); });
        if (found_.empty()) {
            v1() ? print(context, "No stopped containers\n") : print_error(context, "No stopped containers\n");
            return finish(0);
        }
        std::vector<std::string> names;
        for (const Found& found : found_) names.push_back(found.name);
        if (v1()) print(context, fmt::format("Going to remove {}\n", join(names, ", ")));
        if (!flags().on("force")) print(context, v1() ? std::string("Are you sure? [yN] ") : fmt::format("? Going to remove {} (y/N) ", join(names, ", ")));
        return Move::Go;
    }

    Move confirmed(model::ProcessContext& context) {
        if (!flags().on("force")) {
            const shell::ReadResult typed = context.read(0, kReadBytes);
            if (typed.kind == shell::ReadResult::Kind::WouldBlock) {
                --round_;
                return Move::Wait;
            }
            const std::string word = lower(trim(typed.data));
            if (word != "y" && word != "yes") return finish(0);
        }
        Batch batch;
        batch.verb = v1() ? "Removing" : "";
        const std::size_t number = board_.add(std::move(batch));
        for (const Found& found : found_) {
            Task task;
            task.subject = v1() ? found.name : "Container " + found.name;
            Act act = remove_act(found.id, flags().on("volumes"), !v1());
            if (!v1()) {
                act.begin = "Removing";
                act.end = "Removed";
            }
            task.acts.push_back(std::move(act));
            board_.add(number, std::move(task));
        }
        return Move::Go;
    }

    std::vector<Found> found_;
};

}  // namespace

std::unique_ptr<shell::Program> start_down(Wish wish) { return std::make_unique<Down>(std::move(wish)); }
std::unique_ptr<shell::Program> start_remove(Wish wish) { return std::make_unique<Remove>(std::move(wish)); }

}  // namespace podium::programs::composing
