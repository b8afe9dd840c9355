#include "sim/lab/foreseen.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/lab/cluster_file.hpp"
#include "sim/lab/facts.hpp"
#include "sim/lab/session.hpp"
#include "sim/model/facts.hpp"
#include "sim/model/targets.hpp"
#include "sim/view/sentences.hpp"

namespace podium::lab {
namespace {

// As long as a run goes on when nobody says how long.
constexpr Duration kMostForeseen = minutes(10);

// What a sentence says comes of it: "nginx runs as with the configuration of its image".
std::string_view consequence_of(std::string_view sentence) {
    const std::size_t colon = sentence.find(": ");
    return colon == std::string_view::npos ? std::string_view() : sentence.substr(colon + 2);
}

// What the end of a line that was typed says of its failure, with the last thing it wrote of an error.
std::string failure_of(const std::string& line, std::int64_t status, const std::string& error) {
    if (status == 0) return {};
    std::string last;
    for (const std::string& written : split(error, '\n')) {
        if (!trim(written).empty()) last = std::string(trim(written));
    }
    return fmt::format("'{}' ended with status {}{}{}", line, status, last.empty() ? "" : ": ", last);
}

// Whether the files alone have told it: of a mount that a server does not read, which a run tells with the names of its
// files; of a setting or an image, in the same words.
bool told_by_files(const PreparedProject& project, const std::string& service, std::string_view sentence) {
    const auto told = [&](const NotSimulated& row) {
        if (sentence == row.sentence || sentence == row.path + ": " + row.sentence) return true;
        const std::string_view consequence = consequence_of(sentence);
        return !consequence.empty() && row.path.starts_with("services." + service + ".") &&
               consequence == consequence_of(row.sentence);
    };
    return std::any_of(project.not_simulated.begin(), project.not_simulated.end(), told) ||
           std::any_of(project.unknown_images.begin(), project.unknown_images.end(), told);
}

}  // namespace

Result<Foreseen> foresee(const PreparedProject& project, SetUp set_up) {
    Foreseen foreseen;
    std::vector<NotSimulated>& out = foreseen.rows;
    if (project.services.empty()) return foreseen;
    auto session = begin_session(std::move(set_up));
    if (!session) return session.error();
    const std::string line = line_to_come_up(project);
    session->post({Time{}, CommandKind::Line, session->set_up().hosts.front().name, line, {}});
    session->run_until(Time{} + kMostForeseen, [](const Session& run) { return run.quiet(); });
    const view::FactReader facts(session->world(), fact_catalogue());
    std::set<std::string> started;
    session->journal().for_each(FactId{1}, [&](const Fact& fact) {
        if (fact.kind == model::kFactContainerStart)
            started.insert(model::service_of(session->world(), model::ContainerId{fact.subject.id()}));
        // There is no other line.
        if (fact.kind == kFactLineDone)
            foreseen.failure = failure_of(line, facts.number(fact, "status"), facts.text(fact, "error"));
        if (fact.kind != model::kFactNotModelled) return;
        NotSimulated row{{}, {}, facts.text(fact, "text")};
        std::string service;
        if (fact.subject.type() == SubjectType::Container)
            service = model::service_of(session->world(), model::ContainerId{fact.subject.id()});
        if (const auto found = project.programs.find(service); found != project.programs.end()) {
            row.path = found->second.path;
            row.place = found->second.place;
        }
        const bool again = std::any_of(out.begin(), out.end(), [&row](const NotSimulated& other) {
            return other.path == row.path && other.sentence == row.sentence;
        });
        if (!again && !told_by_files(project, service, row.sentence)) out.push_back(std::move(row));
    });
    std::stable_sort(out.begin(), out.end(), [](const NotSimulated& a, const NotSimulated& b) {
        return std::tie(a.place.file, a.place.line, a.place.column) < std::tie(b.place.file, b.place.line, b.place.column);
    });
    for (const ServiceSetUp& service : project.services) {
        if (!started.contains(service.name)) foreseen.never_started.push_back(service.name);
    }
    return foreseen;
}

}  // namespace podium::lab
