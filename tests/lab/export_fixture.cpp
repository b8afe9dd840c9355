#include "tests/lab/export_fixture.hpp"

#include <fstream>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>

#include "tests/lab/swarm_terminal.hpp"
#include "tests/source_directory.hpp"

namespace podium::lab {
namespace {

std::string image_catalogue_text() {
    std::ifstream in(test::source_directory() + "/scenarios/images.yaml", std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

Command typed(std::int64_t second, const std::string& line) { return {Time{} + seconds(second), CommandKind::Line, "host", line, {}}; }
Command asked(std::int64_t second, CommandKind kind, const std::string& text) { return {Time{} + seconds(second), kind, "host", text, {}}; }

Session ran(const std::vector<Command>& commands, std::int64_t until) {
    SetUp set_up;
    set_up.catalogue = image_catalogue_text();
    set_up.images = {"busybox", "nginx", "redis"};
    set_up.program = "podium test";
    auto session = Session::create(set_up);
    REQUIRE(session.ok());
    for (const Command& command : commands) session->post(command);
    session->run_until(Time{} + seconds(until));
    return std::move(*session);
}

bool is_void(const std::string& tag) { return tag == "meta" || tag == "br" || tag == "input"; }

// Reads a page tag by tag.
class PageReader {
  public:
    explicit PageReader(const std::string& page) : page_(page) {}

    std::string read() {
        if (!page_.starts_with("<!DOCTYPE html>\n")) return "it begins with no doctype";
        at_ = page_.find('\n');
        while (trouble_.empty()) {
            const std::size_t next = page_.find('<', at_);
            const std::string text = page_.substr(at_, next == std::string::npos ? next : next - at_);
            if (text.find('>') != std::string::npos) trouble_ = "a bare '>' in a text";
            if (next == std::string::npos) break;
            at_ = next;
            read_tag();
        }
        if (trouble_.empty() && !open_.empty()) trouble_ = "<" + open_.back() + "> is not closed";
        for (const std::string& link : links_) {
            if (trouble_.empty() && !ids_.contains(link)) trouble_ = "a link to #" + link + ", which is not there";
        }
        return trouble_;
    }

  private:
    void read_tag() {
        ++at_;
        const bool closes = page_[at_] == '/';
        if (closes) ++at_;
        const std::size_t begin = at_;
        while (at_ < page_.size() && (isalnum(static_cast<unsigned char>(page_[at_])) != 0)) ++at_;
        const std::string tag = page_.substr(begin, at_ - begin);
        if (tag.empty()) {
            trouble_ = "a bare '<' before: " + page_.substr(at_, 40);
            return;
        }
        if (closes) {
            if (open_.empty() || open_.back() != tag) trouble_ = "</" + tag + "> closes " + (open_.empty() ? "nothing" : open_.back());
            else open_.pop_back();
            ++at_;
            return;
        }
        const bool ended = read_attributes(tag);
        if (!trouble_.empty()) return;
        if (!ended && is_void(tag)) trouble_ = "<" + tag + "> is written without its end";
        if (!ended) open_.push_back(tag);
        if (tag == "script" || tag == "style") at_ = page_.find("</" + tag + ">", at_);
    }

    // Up to behind the tag: whether it ended itself.
    bool read_attributes(const std::string& tag) {
        while (true) {
            while (page_[at_] == ' ') ++at_;
            if (page_[at_] == '>') return ++at_, false;
            if (page_.compare(at_, 2, "/>") == 0) return at_ += 2, true;
            const std::size_t equals = page_.find_first_of("= >", at_);
            const std::string name = page_.substr(at_, equals - at_);
            if (page_[equals] != '=' || page_[equals + 1] != '"') return trouble_ = "an attribute of " + tag + " without a value in quotes: " + page_.substr(at_, 40), false;
            const std::size_t end = page_.find('"', equals + 2);
            const std::string value = page_.substr(equals + 2, end - equals - 2);
            if (value.find('<') != std::string::npos) trouble_ = "a tag in an attribute of " + tag;
            if (name == "id" && !ids_.insert(value).second) trouble_ = "the id " + value + " is there twice";
            if (name == "href" && !value.starts_with('#')) trouble_ = "it leads to " + value;
            if (name == "href" && value.starts_with('#')) links_.push_back(value.substr(1));
            if (name == "src" || name == "srcset" || name == "data" || name == "style" || name.starts_with("on")) trouble_ = tag + " has " + name;
            at_ = end + 1;
            if (!trouble_.empty()) return false;
        }
    }

    const std::string& page_;
    std::size_t at_ = 0;
    std::vector<std::string> open_;
    std::set<std::string> ids_;
    std::vector<std::string> links_;
    std::string trouble_;
};

}  // namespace

Session busy_run() {
    return ran({typed(1, "docker run -d --name web --restart always -p 8080:80 --health-cmd true --health-interval 5s nginx"),
                typed(2, "docker run -d --name db --restart on-failure:3 redis"),
                typed(3, "docker run --name job busybox sh -c 'sleep 2; exit 3'"),
                asked(4, CommandKind::Traffic, "host:8080 rate=5/s name=visitors for=96s"),
                asked(10, CommandKind::Narrate, "Now it is killed."),
                asked(11, CommandKind::Inject, "kill web"),
                asked(20, CommandKind::Inject, "hang web"),
                asked(28, CommandKind::Lift, "hang web"),
                typed(30, "docker pause db"),
                typed(33, "docker unpause db"),
                asked(36, CommandKind::Inject, "kill nothing"),
                asked(40, CommandKind::EngineSignal, "TERM"),
                asked(50, CommandKind::EngineStart, {}),
                asked(60, CommandKind::EngineSignal, "KILL"),
                asked(62, CommandKind::Inject, "kill db"),
                asked(70, CommandKind::EngineStart, {}),
                asked(80, CommandKind::Inject, "power-loss host"),
                asked(90, CommandKind::Lift, "power-loss host"),
                typed(125, "docker rm -f db; docker run -d --name db redis"),
                typed(135, "docker stop web; docker pull postgres")},
               145);
}

Session hostile_run() {
    const std::string evil = "</script><script>alert(1)</script>";
    return ran({asked(1, CommandKind::Narrate, evil + "<!-- \"'`& ]]> \xff\xfe \xe2\x80\xae gnp.exe \x1b[31m"),
                typed(2, "docker run -d --name a --label 'com.docker.compose.service=\"><img src=x onerror=alert(1)>' --label com.docker.compose.project=p busybox sleep 1000"),
                typed(3, "docker run -d --name b --label 'com.docker.compose.service=</title></style>" + evil + "' --label com.docker.compose.project=p busybox sleep 3"),
                typed(4, "echo '" + evil + "' && printf 'a,b\\n\"c\"\\r\\n' && cat https://example.com/x.js"),
                typed(5, "docker volume create 'x'; docker run -d --name c -e 'A=<b>' busybox sh -c 'echo \"<i>\"; exit 4'"),
                asked(20, CommandKind::Inject, "kill a")},
               30);
}

Session quiet_run() { return ran({}, 5); }

Session swarm_run() {
    SwarmTerminal swarm;
    swarm.run("docker service create --name web --replicas 3 -p 8080:80 nginx");
    swarm.wait(20);
    swarm.inject("power-loss swarm-curly");
    swarm.wait(60);
    return swarm.session().fork();
}

std::vector<std::vector<std::string>> read_csv(const std::string& text) {
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> row(1);
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
            row.back() += '"';
            ++i;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && c == ',') {
            row.emplace_back();
        } else if (!quoted && c == '\n') {
            rows.push_back(row);
            row.assign(1, {});
        } else {
            row.back() += c;
        }
    }
    return rows;
}

std::string trouble_of_page(const std::string& page) { return PageReader(page).read(); }

}  // namespace podium::lab
