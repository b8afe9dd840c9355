#include "sim/lab/export_html.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "sim/base/share.hpp"
#include "sim/base/text.hpp"
#include "sim/lab/export_html_parts.hpp"
#include "sim/view/describe.hpp"
#include "sim/view/summary.hpp"
#include "sim/view/traffic.hpp"

namespace podium::lab {
namespace {

// A table's row by row: cells that are texts of the run are escaped, others are made here.
std::string page_cell(const std::string& text, const char* look = nullptr) {
    return look == nullptr ? fmt::format("<td>{}</td>", html_text(text)) : fmt::format("<td class=\"{}\">{}</td>", look, html_text(text));
}

std::string page_share(int hundredths) {
    return hundredths < 0 ? "–" : cut_share_text(hundredths) + " %";
}

std::string left_out_text(const std::string& remark) {
    return remark.empty() ? std::string() : "<p class=\"left-out\">Left out: " + html_text(remark) + ".</p>\n";
}

std::string services_part(const std::vector<view::ServiceSummary>& services) {
    std::string out = "<section id=\"services\">\n<h2>What became of the services</h2>\n";
    if (services.empty()) return out + "<p>Nothing was started.</p>\n</section>\n";
    out += "<div class=\"wide\"><table>\n<thead><tr><th>Service</th><th class=\"n\">Starts</th><th class=\"n\">Restarts</th><th class=\"n\">Moves</th><th class=\"n\">Outages</th>"
           "<th class=\"n\">Downtime</th><th class=\"n\">Last exit</th><th class=\"n\">Availability</th><th>At the end</th></tr></thead>\n<tbody>\n";
    for (const view::ServiceSummary& service : services) {
        const std::string end = service.at_the_end();
        const bool well = end == "running" || end == "done";
        out += "<tr>" + page_cell(service.called());
        for (const std::uint64_t number : {std::uint64_t{service.starts}, std::uint64_t{service.restarts}, std::uint64_t{service.moves}, std::uint64_t{service.outages.size()}})
            out += page_cell(fmt::format("{}", number), "n");
        out += page_cell(service.ever_started ? format_seconds(service.down.nanoseconds, 1) + " s" : "–", "n");
        out += page_cell(service.exited ? fmt::format("{}", service.last_exit) : "–", "n");
        out += page_cell(page_share(service.availability()), "n");
        out += page_cell((well ? "● " : "✖ ") + end, well ? "good" : "bad") + "</tr>\n";
    }
    return out + "</tbody></table></div>\n<p class=\"quiet\">Availability is the share of the time, from a service's first start on, in which a container of it ran.</p>\n</section>\n";
}

std::string outages_part(const std::vector<view::ServiceSummary>& services, std::size_t most, std::vector<std::string>& remarks) {
    struct Row {
        view::Outage outage;
        std::string service;
    };
    std::vector<Row> rows;
    for (const view::ServiceSummary& service : services) {
        for (const view::Outage& outage : service.outages) rows.push_back({outage, service.called()});
    }
    if (rows.empty()) return {};
    std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.outage.begin < b.outage.begin; });
    std::string left_out;
    if (rows.size() > most) {
        left_out = fmt::format("the page lists the first {} of {} outages, which the tables of --csv have", most, rows.size());
        remarks.push_back(left_out);
        rows.resize(most);
    }
    std::string out = "<section id=\"outages\">\n<h2>Outages: none of a service's containers ran</h2>\n<div class=\"wide\"><table>\n<thead><tr><th>Service</th><th class=\"n\">From</th><th class=\"n\">Length</th><th>Over</th></tr></thead>\n<tbody>\n";
    for (const Row& row : rows) {
        out += "<tr>" + page_cell(row.service) + page_cell(format_time(row.outage.begin), "n") + page_cell(length_text(row.outage.length), "n") +
               (row.outage.over ? page_cell("yes") : page_cell("✖ no", "bad")) + "</tr>\n";
    }
    return out + "</tbody></table></div>\n" + left_out_text(left_out) + "</section>\n";
}

std::string traffic_part(const model::World& world) {
    const std::vector<view::TrafficSummary> sources = view::summarise_traffic(world);
    if (sources.empty()) return {};
    std::string out = "<section id=\"traffic\">\n<h2>Traffic</h2>\n<div class=\"wide\"><table>\n<thead><tr><th>Requests to</th><th class=\"n\">Sent</th><th class=\"n\">Answered</th><th class=\"n\">Lost</th>"
                      "<th class=\"n\">Availability</th><th class=\"n\">Median</th><th class=\"n\">95 %</th><th class=\"n\">99 %</th><th class=\"n\">Longest outage</th><th>Lost because</th></tr></thead>\n<tbody>\n";
    for (const view::TrafficSummary& source : sources) {
        out += "<tr>" + page_cell(source.name == source.target ? source.target : source.name + " (" + source.target + ")");
        for (const std::uint64_t number : {source.sent, source.answered, source.failed}) out += page_cell(fmt::format("{}", number), "n");
        out += page_cell(page_share(source.availability), "n");
        for (const Duration time : {source.median, source.p95, source.p99}) out += page_cell(source.answered > 0 ? format_seconds(time.nanoseconds * 1000, 1) + " ms" : "–", "n");
        out += page_cell(source.outages > 0 ? length_text(source.longest_outage) : "–", "n");
        std::string reasons;
        for (const auto& [reason, count] : source.failures) reasons += fmt::format("{}{} {}", reasons.empty() ? "" : ", ", count, reason);
        out += page_cell(reasons.empty() ? "–" : reasons) + "</tr>\n";
    }
    return out + "</tbody></table></div>\n</section>\n";
}

std::string timeline_part(const PageTimeline& timeline, const std::vector<std::string>& remarks) {
    std::string left_out;
    for (const std::string& remark : remarks) left_out += left_out_text(remark);
    return "<section id=\"when\">\n<h2>Timeline</h2>\n<div class=\"tools\"><button id=\"zoom-in\" type=\"button\">Zoom in</button><button id=\"zoom-out\" type=\"button\">Zoom out</button>"
           "<button id=\"zoom-all\" type=\"button\">Whole run</button><span id=\"read\" role=\"status\"></span></div>\n" +
           left_out + timeline.svg + timeline.legend +
           "<p class=\"quiet how\">Drag moves it; Ctrl or Shift with the wheel, a double click and the keys + and - zoom; a click on a state or a mark says what led to it.</p>\n</section>\n";
}

// A fact as a row; the script reads from it when it was, where in the drawing, and because of what.
std::string fact_part(const Session& session, const view::ServiceNames& names, const Fact& fact, const ChosenFacts& chosen, int lane_at) {
    constexpr std::array<std::string_view, 5> kSigns = {"", "●", "✖", "▲", "·"};
    const ToldFact told = tell_fact(session, names, fact);
    const FactId cause = chosen.cause_of(fact);
    std::string out = fmt::format("<tr id=\"f{}\"{} data-t=\"{}\"", fact.id.value, told.detail ? " class=\"detail\"" : "", fact.time.nanoseconds / 1000);
    if (lane_at >= 0) out += fmt::format(" data-y=\"{}\"", lane_at);
    if (cause) out += fmt::format(" data-c=\"{}\"", cause.value);
    const std::string_view tone = tone_name(told.tone);
    out += fmt::format("><td class=\"n\"><a href=\"#f{}\">{}</a></td><td class=\"n t\">{}</td>", fact.id.value, fact.id.value, format_time(fact.time));
    constexpr std::size_t kOneLine = 28;
    out += page_cell(told.who, display_width(told.who) <= kOneLine ? "who" : "who long");
    const bool typed = told.what.starts_with("$ ");
    const std::string what = html_text(told.what);
    out += fmt::format("<td class=\"{}\"><span class=\"tone\" title=\"{}\">{}</span><span class=\"text\">{}</span></td>", tone, tone, kSigns[static_cast<std::size_t>(told.tone)], typed ? "<code>" + what + "</code>" : what);
    out += page_cell(told.why, "why");
    out += cause ? fmt::format("<td class=\"cause\"><a href=\"#f{}\">{} {}</a></td>", cause.value, cause == fact.cause ? "because of" : "in the end because of", cause.value) : std::string("<td></td>");
    return out + "</tr>\n";
}

std::string facts_part(const Session& session, const Lanes& lanes, const ChosenFacts& chosen, const PageTimeline& timeline) {
    std::string out = "<section>\n<h2>What happened, and why</h2>\n<div class=\"tools\"><input id=\"find\" type=\"search\" placeholder=\"Find…\" aria-label=\"Show facts with this text only\"/>"
                      "<label><input id=\"details\" type=\"checkbox\"/> details too: networks, volumes, probes</label></div>\n" +
                      left_out_text(chosen.remark("the page")) +
                      "<div class=\"wide\"><table id=\"facts\">\n<thead><tr><th class=\"n\">Fact</th><th class=\"n\">When</th><th>Who</th><th>What</th><th>Why</th><th>Cause</th></tr></thead>\n<tbody>\n";
    session.journal().for_each(lanes.first, [&](const Fact& fact) {
        if (!chosen.has(fact.id)) return;
        out += fact_part(session, lanes.names, fact, chosen, timeline.lane_at[lanes.lane_of(fact.id)]);
        if (fact.id == chosen.gap_after) out += "<tr><td colspan=\"6\" class=\"left-out\">Facts between these are left out.</td></tr>\n";
    });
    return out + "</tbody></table></div>\n</section>\n";
}

// What it is a run of: what was typed, and the first of its services.
std::string title_of(const Session& session, const std::vector<view::ServiceSummary>& services) {
    constexpr std::size_t kNamed = 4;
    std::vector<std::string> names;
    for (const view::ServiceSummary& service : services) names.push_back(service.called());
    const std::size_t more = names.size() - std::min(names.size(), kNamed);
    names.resize(names.size() - more);
    std::string out = session.set_up().program.empty() ? "A run in Podium" : session.set_up().program;
    if (!names.empty()) out += ": " + join(names, ", ");
    return html_text(more == 0 ? out : fmt::format("{} and {} more", out, more));
}

std::string header_part(const Session& session, const std::string& title) {
    std::string out = "<header>\n<h1>" + title + "</h1>\n<p class=\"sub\">";
    const std::size_t hosts = session.world().hosts.size();
    for (const auto& [name, value] : {std::pair<const char*, std::string>{"simulated", format_time(session.now())},
                                      {"seed", fmt::format("{}", session.set_up().seed)},
                                      {"hosts", fmt::format("{}", hosts)},
                                      {"facts", fmt::format("{}", session.journal().size())},
                                      {"fingerprint", fmt::format("{:016x}", session.fingerprint())}})
        out += fmt::format("<span>{} <b>{}</b></span>\n", name, value);
    return out + "</p>\n</header>\n";
}

}  // namespace

Exported export_html(const Session& session, const PageLimits& limits) {
    Exported out;
    const Lanes lanes = make_lanes(session);
    const ChosenFacts chosen = choose_facts(session, limits.facts);
    const std::vector<view::ServiceSummary> services = view::summarise(session.world(), fact_catalogue(), session.now());
    if (const std::string left_out = chosen.remark("the page"); !left_out.empty()) out.remarks.push_back(left_out);
    std::vector<std::string> of_timeline;
    const PageTimeline timeline = page_timeline(session, lanes, chosen, limits, of_timeline);
    const std::string title = title_of(session, services);
    out.text = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
               // Even if something of the run came to stand where it must not: nothing is fetched from anywhere.
               "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\"/>\n"
               "<meta name=\"generator\" content=\"Podium\"/>\n<title>" +
               title + "</title>\n<style>";
    out.text += page_style();
    out.text += "</style>\n</head>\n<body>\n" + header_part(session, title) + "<main>\n" + services_part(services) + traffic_part(session.world());
    out.text += timeline_part(timeline, of_timeline);
    out.text += outages_part(services, limits.outages, out.remarks);
    out.text += facts_part(session, lanes, chosen, timeline);
    out.text += "<section id=\"why\" hidden=\"hidden\" aria-live=\"polite\">\n<h2><span id=\"why-head\">Why</span><button id=\"why-close\" type=\"button\">Close</button></h2>\n<ol id=\"steps\"></ol>\n</section>\n</main>\n"
                "<footer><p>Made by Podium, which simulates container hosts: nothing here was really running. Who has the saved run sees it again with <code>podium replay FILE</code>, and asks it with <code>podium why NAME --run FILE</code>.</p></footer>\n<script>";
    out.text += page_script();
    out.text += "</script>\n</body>\n</html>\n";
    out.remarks.insert(out.remarks.end(), of_timeline.begin(), of_timeline.end());
    return out;
}

}  // namespace podium::lab
