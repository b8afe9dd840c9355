// `docker pull`, `tag` and `rmi`.

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/json_bytes.hpp"
#include "sim/model/image.hpp"
#include "sim/model/platform.hpp"
#include "sim/programs/docker/defaults.hpp"
#include "sim/programs/docker/streams.hpp"
#include "sim/programs/docker/unknown_image.hpp"
#include "sim/programs/docker/verbs.hpp"

namespace podium::programs::docker {
namespace {

using model::Operation;
using model::RequestSpec;
using shell::Step;

class Pull final : public VerbProgram<Pull> {
  public:
    using VerbProgram::VerbProgram;

  protected:
    Step advance(model::ProcessContext& context) override {
        if (!call_.started()) {
            const auto reference =
                model::parse_image_reference(arguments().front(), model::ReferenceReader::Client);
            if (!reference) return fail(context, reference.error().message);
            const model::ImageReference wanted = reference->with_default_tag();
            if (reference->tag.empty() && reference->digest.empty() && !quiet())
                print(context, fmt::format("Using default tag: {}\n", wanted.tag));
            full_name_ = wanted.full();
            if (const std::string platform = flags().text("platform"); !platform.empty()) {
                bool named = false;
                const std::string refused = model::refused_platform(platform, named);
                if (!refused.empty() && !named) return fail(context, "Error response from daemon: " + refused);
                if (!refused.empty()) {
                    if (!quiet()) print(context, fmt::format("{}: Pulling from {}\n", wanted.tag, wanted.path));
                    return fail(context, refused);
                }
            }
            call_.start(context, request_for(Operation::ImagePull, full_name_));
        }
        if (!call_.upgraded(context)) return Step::block();
        const int from = call_.output(context);
        if (from >= 0 && !noted_) print_error(context, unknown_image_note(context, full_name_));
        noted_ = true;
        for (bool open = from >= 0; open;) {
            const shell::ReadResult piece = context.read(from, kReadSize);
            if (piece.kind == shell::ReadResult::Kind::WouldBlock) return Step::block();
            open = piece.kind == shell::ReadResult::Kind::Data;
            if (!open) break;
            const std::string shown = display_.take(piece.data);
            if (!quiet() && !shown.empty()) print(context, shown);
        }
        if (!call_.done(context)) return Step::block();
        const Answer answer = call_.take(context);
        if (!answer.ok()) return fail(context, from < 0 ? error_text(answer) : answer.status == 0 ? "unexpected EOF" : answer.message());
        if (!display_.error().empty()) return fail(context, display_.error());
        return finish(context, {full_name_ + "\n", {}, 0});
    }

  private:
    [[nodiscard]] bool quiet() const { return flags().on("quiet"); }

    Call call_;
    PullDisplay display_;
    bool noted_ = false;
    std::string full_name_;
};

Result<RequestSpec> tag_request(const Invocation& invocation, Time) {
    const std::string& source = invocation.arguments()[0];
    const std::string& target = invocation.arguments()[1];
    for (const std::string* name : {&source, &target}) {
        const auto read = model::parse_image_reference(*name, model::ReferenceReader::Client);
        if (read) continue;
        return Error{fmt::format("Error parsing reference: {} is not a valid repository/tag: {}",
                                 in_quotes(*name),
                                 read.error().message),
                     {},
                     {}};
    }
    const auto reference = model::parse_image_reference(target, model::ReferenceReader::Client);
    if (!reference->digest.empty())
        return Error{"refusing to create a tag with a digest reference", {}, {}};
    RequestSpec spec = request_for(Operation::ImageTag, source);
    spec.options["repo"] = reference->name();
    spec.options["tag"] = reference->with_default_tag().tag;
    return spec;
}

Finish tag_show(const Invocation&, const Answer&, Time) {
    return {};
}

RequestSpec remove_request(const Invocation& invocation, const std::string& name) {
    RequestSpec spec = request_for(Operation::ImageRemove, name);
    if (invocation.flags.on("force")) spec.options["force"] = "1";
    if (invocation.flags.on("no-prune")) spec.options["noprune"] = "1";
    return spec;
}

std::string removed_shown(const Invocation&, const std::string&, const Answer& answer) {
    std::string out;
    const Json removed = Json::parse(answer.body, nullptr, false);
    if (!removed.is_array()) return out;
    for (const Json& row : removed) {
        const std::string deleted = row.value("Deleted", std::string());
        out += deleted.empty() ? fmt::format("Untagged: {}\n", row.value("Untagged", std::string()))
                               : fmt::format("Deleted: {}\n", deleted);
    }
    return out;
}

bool missing_is_fine(const Invocation& invocation, const Answer& answer) {
    return invocation.flags.on("force") && answer.status == 404;
}

// docker/cli commit.go and client/container_commit.go.
Result<RequestSpec> commit_request(const Invocation& invocation, Time) {
    RequestSpec spec = request_for(Operation::ImageCommit, invocation.arguments().front());
    if (invocation.arguments().size() > 1) {
        const auto reference =
            model::parse_image_reference(invocation.arguments()[1], model::ReferenceReader::Client);
        if (!reference) return reference.error();
        if (!reference->digest.empty())
            return Error{"refusing to create a tag with a digest reference", {}, {}};
        const model::ImageReference tagged = reference->with_default_tag();
        spec.options["repo"] = tagged.familiar_name();
        spec.options["tag"] = tagged.tag;
    }
    spec.options["author"] = invocation.flags.text("author");
    spec.options["comment"] = invocation.flags.text("message");
    spec.options["changes"] = json_bytes(Json(invocation.flags.all("change")));
    if (!invocation.flags.on("pause", true)) spec.options["pause"] = "0";
    return spec;
}

Finish commit_show(const Invocation&, const Answer& answer, Time) {
    if (!answer.ok()) return failed(error_text(answer));
    return {Json::parse(answer.body, nullptr, false).value("Id", std::string()) + "\n", {}, 0};
}

}  // namespace

std::unique_ptr<shell::Program> start_pull(Invocation invocation) {
    return std::make_unique<Pull>(std::move(invocation));
}

std::unique_ptr<shell::Program> start_tag(Invocation invocation) {
    return start_one_call(std::move(invocation), {tag_request, tag_show});
}

std::unique_ptr<shell::Program> start_commit(Invocation invocation) {
    return start_one_call(std::move(invocation), {commit_request, commit_show});
}

std::unique_ptr<shell::Program> start_remove_image(Invocation invocation) {
    EachArgument how;
    how.request = remove_request;
    how.shown = removed_shown;
    how.forgiven = missing_is_fine;
    return start_each(std::move(invocation), how);
}

}  // namespace podium::programs::docker
