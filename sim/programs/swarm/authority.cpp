// `docker swarm ca`: shows the root of certificates, or replaces it and waits until all nodes have taken it, as
// cli/command/swarm/ca.go and progress/root_rotation.go of docker/cli 28.2.

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/sha256.hpp"
#include "sim/base/text.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/format/json_text.hpp"
#include "sim/programs/swarm/progress_lines.hpp"
#include "sim/programs/swarm/query.hpp"
#include "sim/programs/swarm/talk.hpp"
#include "sim/programs/swarm/verbs.hpp"
#include "sim/shell/signals.hpp"

namespace podium::programs::docker {
namespace {

using shell::Step;

constexpr const char* kDigestLine = "desired root digest";
constexpr const char* kCertificatesLine = "  rotated TLS certificates";
constexpr const char* kRootsLine = "  rotated CA certificates";  // one letter shorter, so that its text begins with a blank
constexpr Duration kRotationPoll = milliseconds(200);

class Authority final : public VerbProgram<Authority> {
  public:
    explicit Authority(Invocation invocation) : VerbProgram(std::move(invocation)) {}

  protected:
    Step advance(model::ProcessContext& context) override {
        lines_.on_terminal(context.is_terminal(1) && !context.environment("TERM").empty());
        for (int signal = context.take_signal(); signal != 0; signal = context.take_signal())
            if (signal == shell::kSigInt) interrupted_ = true;
        for (;;) {
            switch (stage_) {
                case Stage::Look:
                    if (!ask(context, "GET /swarm")) return Step::block();
                    if (!answer_.ok()) return fail(context, error_text(answer_));
                    if (const std::string wrong = flags_without_rotation(); !wrong.empty()) return fail(context, wrong);
                    if (!flags().on("rotate")) return show_root(context);
                    stage_ = Stage::Update;
                    seen_ = Reply(answer_).json;
                    break;
                case Stage::Update:
                    if (!ask(context, update_target(), update_body())) return Step::block();
                    if (!answer_.ok()) return fail(context, error_text(answer_));
                    if (flags().on("detach")) return finish(context, {});
                    context.set_disposition(shell::kSigInt, shell::Disposition::Catch);
                    lines_.set(kDigestLine, "");
                    lines_.set(kCertificatesLine, "");
                    lines_.set(kRootsLine, " ");
                    stage_ = Stage::Swarm;
                    break;
                case Stage::Swarm:
                    if (!ask(context, "GET /swarm")) return Step::block();
                    if (!answer_.ok()) return fail(context, error_text(answer_));
                    seen_ = Reply(answer_).json;
                    stage_ = done_ ? Stage::Show : Stage::Nodes;
                    break;
                case Stage::Nodes:
                    if (!ask(context, "GET /nodes")) return Step::block();
                    if (!answer_.ok()) return fail(context, error_text(answer_));
                    draw(*Reply(answer_).json);
                    if (!put(context)) return Step::exit(kBrokenPipe);
                    wake_at_ = context.now() + kRotationPoll;
                    stage_ = Stage::Sleep;
                    break;
                case Stage::Sleep:
                    if (interrupted_) {
                        if (!done_) {
                            lines_.say("Operation continuing in background.");
                            lines_.say("Use `swarmctl cluster inspect default` to check progress.");
                        }
                        stage_ = Stage::Show;
                        break;
                    }
                    if (context.now() < wake_at_) return Step::block(wake_at_);
                    stage_ = Stage::Swarm;
                    break;
                case Stage::Show:
                    if (!put(context)) return Step::exit(kBrokenPipe);
                    if (flags().on("quiet")) return finish(context, {});
                    if (!ask(context, "GET /swarm")) return Step::block();
                    if (!answer_.ok()) return fail(context, error_text(answer_));
                    return show_root(context);
            }
        }
    }

  private:
    enum class Stage : std::uint8_t { Look, Update, Swarm, Nodes, Sleep, Show };
    static constexpr int kBrokenPipe = 141;

    bool ask(model::ProcessContext& context, const std::string& target, const std::string& body = {}) {
        return asked(context, call_, answer_, [&] {
            model::RequestSpec spec = request_for(model::Operation::Orchestration, target);
            spec.body = body;
            return spec;
        });
    }

    Step fail(model::ProcessContext& context, const std::string& message) { return finish(context, failed(message)); }

    [[nodiscard]] std::string flags_without_rotation() const {
        if (flags().on("rotate") || !flags().has("cert-expiry")) return {};
        return "`--cert-expiry` flag requires the `--rotate` flag to update the CA";
    }

    Step show_root(model::ProcessContext& context) {
        const std::string root = text_at(*Reply(answer_).json, "TLSInfo.TrustRoot");
        if (root.empty()) return fail(context, "No CA information available");
        return finish(context, {std::string(trim(root)) + "\n", {}, 0});
    }

    [[nodiscard]] std::string update_target() const {
        return target_of("POST", "/swarm/update",
                         {{"rotateWorkerToken", "false"}, {"rotateManagerToken", "false"}, {"rotateManagerUnlockKey", "false"},
                          {"version", std::to_string(number_at(*seen_, "Version.Index"))}});
    }

    // updateSwarmSpec, for neither certificate nor key.
    [[nodiscard]] std::string update_body() const {
        Json spec = at(*seen_, "Spec");
        Json& authority = spec["CAConfig"];
        if (flags().has("cert-expiry")) authority["NodeCertExpiry"] = parse_duration(flags().text("cert-expiry"))->nanoseconds;
        authority["ForceRotate"] = authority.value("ForceRotate", std::uint64_t{0}) + 1;
        return format::compact_json(spec);
    }

    // updateProgress.
    void draw(const Json& nodes) {
        const Json& wanted = at(*seen_, "TLSInfo");
        std::int64_t certificates = 0;
        std::int64_t roots = 0;
        for (const Json& node : nodes) {
            const Json& has = at(node, "Description.TLSInfo");
            if (text_at(has, "CertIssuerPublicKey") == text_at(wanted, "CertIssuerPublicKey") && text_at(has, "CertIssuerSubject") == text_at(wanted, "CertIssuerSubject")) ++certificates;
            if (text_at(has, "TrustRoot") == text_at(wanted, "TrustRoot")) ++roots;
        }
        const auto all = static_cast<std::int64_t>(nodes.size());
        const bool renewed = certificates == all && !flag_at(*seen_, "RootRotationInProgress");
        lines_.set(kDigestLine, "sha256:" + sha256_hex(text_at(wanted, "TrustRoot")));
        lines_.set(kCertificatesLine, "", true, fmt::format("{}/{} nodes", certificates, all));
        lines_.set(kRootsLine, " ", true, fmt::format("{}/{} nodes", renewed ? roots : 0, all));
        done_ = renewed && roots == all;
    }

    bool put(model::ProcessContext& context) {
        const std::string drawn = lines_.take();
        return flags().on("quiet") || drawn.empty() || print(context, drawn);
    }

    Stage stage_ = Stage::Look;
    Call call_;
    Answer answer_;
    std::shared_ptr<const Json> seen_;
    ProgressLines lines_;
    Time wake_at_{};
    bool done_ = false;
    bool interrupted_ = false;
};

}  // namespace

std::unique_ptr<shell::Program> start_swarm_ca(Invocation invocation) { return std::make_unique<Authority>(std::move(invocation)); }

}  // namespace podium::programs::docker
