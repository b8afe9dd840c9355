#include "tests/scripting/scenario_fixture.hpp"

#include <fstream>
#include <sstream>

#include "sim/view/describe.hpp"
#include "tests/source_directory.hpp"

namespace podium::scripting::tests {

const char* const kWeb =
    "images{\"nginx:latest\"} compose_text([[\n"
    "services:\n"
    "  web:\n"
    "    image: nginx\n"
    "    restart: ${POLICY:-no}\n"
    "]], {environment = {POLICY = policy or \"no\"}})\n";

Result<std::string> TextFiles::read(const std::string& path) const {
    const auto found = files.find(path);
    if (found == files.end()) return Error{"no such file", Place{path, 0, 0}, {}};
    return found->second;
}

bool TextFiles::is_directory(const std::string& path) const {
    const auto after = files.lower_bound(path + "/");
    return after != files.end() && after->first.starts_with(path + "/");
}

std::string Played::outcome(std::size_t number) const {
    return std::string(outcome_name(verdict(number).outcome));
}

const Verdict Played::verdict(std::size_t number) const {
    const std::vector<Verdict> all = scenario->verdicts();
    return number < all.size() ? all[number] : Verdict{};
}

std::string Played::joined() const {
    std::string out;
    for (const std::string& line : narrated)
        out += (out.empty() ? "" : "\n") + line;
    return out;
}

Played play(const std::string& script, const PlayOptions& options) {
    static const std::string catalogue = [] {
        std::ifstream in(podium::test::source_directory() + "/scenarios/images.yaml",
                         std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        return text.str();
    }();
    TextFiles files;
    for (const auto& [name, content] : options.files)
        files.files[name.starts_with('/') ? name : "/home/author/scenario/" + name] = content;
    ScenarioRequest request;
    request.text = script;
    request.name = "test.lua";
    request.directory = "/home/author/scenario";
    request.files = &files;
    request.catalogue = catalogue;
    request.clusters = "/podium/clusters";
    request.seed = options.seed;
    request.parameters = options.parameters;
    request.duration = options.duration;
    request.limits = options.limits;
    request.scheduler = options.scheduler;
    request.schedulers = "/podium/schedulers";
    Played out;
    auto scenario = Scenario::create(std::move(request));
    if (!scenario) {
        out.error = scenario.error().text();
        return out;
    }
    out.scenario = std::move(*scenario);
    if (const Result<void> done = out.scenario->run(); !done) out.error = done.error().text();
    if (out.scenario->session() == nullptr) return out;
    const lab::Session& session = out.session();
    session.journal().for_each(session.journal().first(), [&](const Fact& fact) {
        const view::Telling telling = view::tell(session.world(), lab::fact_catalogue(), fact);
        if (lab::fact_catalogue().find(fact.kind)->name == "command.narrate")
            out.narrated.push_back(telling.what);
    });
    return out;
}

}  // namespace podium::scripting::tests
