// `docker build`, with the engine's own builder: the machine has no buildx, as the recorded one has none (`docker info`
// lists no plugin), so docker 28.2.2 says that it would rather have it (cmd/docker/builder.go) and goes on as 20.10 did.

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/programs/build_context.hpp"
#include "sim/programs/docker/build.hpp"
#include "sim/programs/docker/defaults.hpp"
#include "sim/programs/docker/streams.hpp"
#include "sim/programs/docker/verbs.hpp"
#include "sim/programs/format/human.hpp"

namespace podium::programs::docker {
namespace {

using model::Operation;
using shell::Step;

class Build final : public VerbProgram<Build> {
  public:
    using VerbProgram::VerbProgram;

  protected:
    Step advance(model::ProcessContext& context) override {
        if (!call_.started()) {
            if (!read_input(context)) return Step::block();
            const Finish wrong = begin(context);
            if (wrong.status != 0) return finish(context, wrong);
        }
        if (!call_.upgraded(context)) return Step::block();
        const int from = call_.output(context);
        for (bool open = from >= 0; open;) {
            const shell::ReadResult piece = context.read(from, kReadSize);
            if (piece.kind == shell::ReadResult::Kind::WouldBlock) return Step::block();
            open = piece.kind == shell::ReadResult::Kind::Data;
            if (!open) break;
            if (quiet()) kept_ += piece.data;
            else print(context, piece.data);
        }
        if (!call_.done(context)) return Step::block();
        const Answer answer = call_.take(context);
        if (!answer.ok()) return fail(context, error_text(answer));
        const BuildEnd end = build_end(answer);
        if (!end.failure.empty()) {
            if (quiet()) print_error(context, kept_);
            return finish(context, {{}, end.failure + "\n", end.status});
        }
        if (const std::string file = flags().text("iidfile"); !file.empty() && !write_id(context, file, end.image)) {
            return fail(context, fmt::format("open {}: no such file or directory", file));
        }
        return finish(context, {quiet() ? end.image + "\n" : std::string(), {}, 0});
    }

  private:
    [[nodiscard]] bool quiet() const { return flags().on("quiet"); }

    // Reads standard input to its end, where the Dockerfile comes from there.
    bool read_input(model::ProcessContext& context) {
        const bool wanted = arguments().front() == "-" || flags().text("file") == "-";
        while (wanted && !input_ended_) {
            const shell::ReadResult piece = context.read(0, kReadSize);
            if (piece.kind == shell::ReadResult::Kind::WouldBlock) return false;
            input_ended_ = piece.kind != shell::ReadResult::Kind::Data || input_.size() > model::kMostDockerfileBytes;
            if (piece.kind == shell::ReadResult::Kind::Data) input_ += piece.data;
        }
        return true;
    }

    // The context: a folder, with a Dockerfile of it, from elsewhere or from standard input; or that alone.
    Result<BuildContext> read_context(model::ProcessContext& context) {
        const std::string& path = arguments().front();
        if (path == "-") return context_of_text(input_, context.now());
        const std::string file = flags().text("file");
        if (file == "-") return read_build_context(context, path, {}, context.working_directory(), &input_);
        return read_build_context(context, path, file, context.working_directory());
    }

    Finish begin(model::ProcessContext& context) {
        print_error(context, builder_notice(invocation()).text);
        const std::string& path = arguments().front();
        if (path == "-" && flags().text("file") == "-") return failed("invalid argument: can't use stdin for both build context and dockerfile");
        if (path.find("://") != std::string::npos || path.starts_with("git@") || path.starts_with("github.com/")) {
            return failed("docker build: Podium does not simulate contexts from an address", 125);
        }
        auto read = read_context(context);
        if (!read) return failed(read.error().message);
        // docker/cli v28 cli/command/image/build.go, runBuild.
        if (!read->wrong_pattern.empty()) return failed("error checking context: " + read->wrong_pattern);
        model::BuildSpec& spec = *read->spec;
        spec.tags = flags().all("tag");
        for (const std::string& entry : flags().all("build-arg")) {
            const auto equals = entry.find('=');
            std::string value = equals == std::string::npos ? std::string() : entry.substr(equals + 1);
            if (equals == std::string::npos && !invocation().variable(entry, value)) continue;
            spec.arguments[entry.substr(0, equals)] = value;
        }
        for (const std::string& entry : flags().all("label")) {
            const auto equals = entry.find('=');
            spec.labels[entry.substr(0, equals)] = equals == std::string::npos ? std::string() : entry.substr(equals + 1);
        }
        spec.target = flags().text("target");
        spec.network = flags().text("network", "default");
        if (const std::string memory = flags().text("memory"); !memory.empty()) parse_size(memory, spec.memory_bytes);
        spec.no_cache = flags().on("no-cache");
        spec.pull = flags().on("pull");
        spec.remove = !flags().has("rm") || flags().on("rm");
        spec.force_remove = flags().on("force-rm");
        if (quiet()) kept_ = sending_context(read->sent_bytes);
        else print(context, sending_context(read->sent_bytes));
        model::RequestSpec request = request_for(Operation::ImageBuild);
        request.build = read->spec;
        call_.start(context, std::move(request));
        return {};
    }

    static bool write_id(model::ProcessContext& context, const std::string& file, const std::string& id) {
        int descriptor = -1;
        if (context.open(file, shell::OpenMode::Write, descriptor) != shell::Errno::None) return false;
        context.write(descriptor, id);
        context.close(descriptor);
        return true;
    }

    Call call_;
    std::string input_;
    bool input_ended_ = false;
    std::string kept_;
};

}  // namespace

std::string check_build_tag(const std::string& value) {
    const auto reference = model::parse_image_reference(value, model::ReferenceReader::Client);
    return reference ? std::string() : reference.error().message;
}

BuilderNotice builder_notice(const Invocation& invocation) {
    std::string value;
    if (!invocation.variable("DOCKER_BUILDKIT", value) || value.empty()) return {fmt::format("{}\n\n", kNoBuildx), {}};
    bool enabled = false;
    if (!parse_switch(value, enabled)) {
        return {{}, fmt::format("DOCKER_BUILDKIT environment variable expects boolean value: strconv.ParseBool: parsing {}: invalid syntax", in_quotes(value))};
    }
    if (enabled) return {{}, std::string(kBuildKitMissing)};
    return {fmt::format("{}\n\n", kBuildKitDisabled), {}};
}

std::string sending_context(std::int64_t bytes) {
    // docker/docker pkg/progress and streamformatter's rawProgressFormatter, where there is no terminal.
    return fmt::format("Sending build context to Docker daemon  {}\r\r\n", format::human_size(bytes, 4));
}

BuildEnd build_end(const Answer& answer) {
    BuildEnd out;
    const Json body = Json::parse(answer.body, nullptr, false);
    if (!body.is_object()) return out;
    if (body.contains("errorDetail")) {
        out.failure = body["errorDetail"].value("message", std::string());
        out.status = body["errorDetail"].value("code", 1);
    }
    if (body.contains("aux")) out.image = body["aux"].value("ID", std::string());
    return out;
}

std::unique_ptr<shell::Program> start_build(Invocation invocation) { return std::make_unique<Build>(std::move(invocation)); }

}  // namespace podium::programs::docker
