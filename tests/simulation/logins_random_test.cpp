// Databases drawn at random, asked by clients drawn at random: who is let in is what a rule of a few lines says, before and
// after the database is made anew on the same data, with other variables.

#include <algorithm>
#include <optional>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "sim/lab/session.hpp"
#include "tests/simulation/random_run.hpp"

namespace podium::simulation {
namespace {

constexpr std::uint64_t kDatabases = 24;

struct Database {
    std::string image;
    std::string run;       // flags and image of docker run
    std::string user;      // beside the server's own superuser; or the superuser itself (PostgreSQL)
    std::string password;  // the user's
    std::string root;      // root's password (MySQL, MariaDB)
    std::string database;
    bool trust = false;
};

struct Client {
    std::string line;
    bool let_in = false;
};

class DatabaseDrawer {
  public:
    explicit DatabaseDrawer(std::uint64_t number) : random_(number, "random logins", 0) {}

    Database database() {
        Database out;
        out.image = one_of({"postgres", "postgres:13", "mysql", "mariadb"});
        out.user = one_of({"", "shop"});
        out.password = one_of({"secret", "p w", "x@y:z/1"});
        out.root = one_of({"secret", "other"});
        out.database = one_of({"", "goods"});
        out.run = variables(out);
        return out;
    }

    // As the same data are started again: what the variables say now counts no more.
    std::string again(const Database& made) {
        Database other = made;
        other.password = "changed";
        other.root = "changed";
        other.trust = false;
        return variables(other);
    }

    Client client(const Database& db) { return is_postgres(db) ? psql(db) : mysql(db); }

    static bool is_postgres(const Database& db) { return db.image.starts_with("postgres"); }

  private:
    std::string one_of(const std::vector<std::string>& list) { return list[random_.below(list.size())]; }

    std::string variables(Database& db) {
        const auto set = [](const char* name, const std::string& value) {
            return value.empty() ? std::string() : fmt::format("-e '{}={}' ", name, value);
        };
        if (is_postgres(db)) {
            const std::string method = made_ ? "" : one_of({"", "", "trust", "md5", "password"});
            made_ = true;
            db.trust = method == "trust";
            return set("POSTGRES_PASSWORD", db.password) + set("POSTGRES_USER", db.user) + set("POSTGRES_DB", db.database) +
                   set("POSTGRES_HOST_AUTH_METHOD", method) + "-v rows:/var/lib/postgresql/data " + db.image;
        }
        return set("MYSQL_ROOT_PASSWORD", db.root) + set("MYSQL_USER", db.user) +
               (db.user.empty() ? "" : set("MYSQL_PASSWORD", db.password)) + set("MYSQL_DATABASE", db.database) +
               "-v rows:/var/lib/mysql " + db.image;
    }

    // Where a client stands: in the container, at the socket or at the loopback; or in another container.
    std::string placed(const Database& db, std::string_view variable, const std::string& password, bool& near) {
        const std::uint64_t place = random_.below(3);
        near = place < 2;
        const std::string given = password.empty() ? "" : fmt::format("-e '{}={}' ", variable, password);
        const std::string program = is_postgres(db) ? "psql" : db.image == "mariadb" ? "mariadb" : "mysql";
        if (place == 0) return fmt::format("docker exec {}db {}", given, program);
        if (place == 1) return fmt::format("docker exec {}db {} -h 127.0.0.1", given, program);
        return fmt::format("docker run --rm --network app {}{} {} -h db", given, db.image, program);
    }

    Client psql(const Database& db) {
        const std::string own = db.user.empty() ? "postgres" : db.user;
        const std::string named = db.database.empty() ? own : db.database;
        const std::string user = one_of({own, own, "nobody"});
        const std::string password = one_of({db.password, "wrong"});
        const std::string database = one_of({named, named, "postgres", "absent"});
        bool near = false;
        Client out;
        out.line = placed(db, "PGPASSWORD", password, near);
        out.line += fmt::format(" -U {} -d {} -c 'select 1'", user, database);
        const bool known = near || db.trust || password == db.password;
        out.let_in = known && user == own && database != "absent";
        return out;
    }

    Client mysql(const Database& db) {
        const std::string user = one_of({"root", "shop", "nobody"});
        const std::string password = one_of({db.password, db.root, "wrong", ""});
        bool near = false;
        Client out;
        out.line = placed(db, "MYSQL_PWD", password, near);
        out.line += fmt::format(" -u{} -e 'select 1'", user);
        out.let_in = (user == "root" && password == db.root) || (user == "shop" && db.user == "shop" && password == db.password);
        return out;
    }

    RandomStream random_;
    bool made_ = false;
};

class LoginHost {
  public:
    explicit LoginHost(std::uint64_t number) {
        lab::SetUp set_up;
        set_up.seed = number;
        set_up.catalogue = bundled_catalogue();
        auto made = lab::Session::create(std::move(set_up));
        REQUIRE(made.ok());
        session_.emplace(std::move(*made));
    }

    int run(const std::string& line) {
        constexpr const char* kTerminal = "host/logins";
        session_->post({session_->now(), lab::CommandKind::Line, kTerminal, line, {}});
        session_->run_until(session_->now());
        session_->run_until(session_->now() + minutes(5), [](const lab::Session& now) { return !now.terminal(kTerminal)->running; });
        REQUIRE_FALSE(session_->terminal(kTerminal)->running);
        return session_->terminal(kTerminal)->last_status;
    }

    void wait(Duration time) { session_->run_until(session_->now() + time); }

    [[nodiscard]] std::uint64_t fingerprint() const { return session_->fingerprint(); }

  private:
    std::optional<lab::Session> session_;
};

std::uint64_t ask_all(std::uint64_t number) {
    LoginHost host(number);
    DatabaseDrawer drawer(number);
    const Database db = drawer.database();
    INFO("docker run " << db.run);
    REQUIRE(host.run("docker network create app") == 0);
    REQUIRE(host.run("docker run -d --name db --network app " + db.run) == 0);
    host.wait(minutes(2));
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 8; ++i) {
            const Client client = drawer.client(db);
            INFO("round " << round << ": " << client.line);
            REQUIRE((host.run(client.line) == 0) == client.let_in);
        }
        REQUIRE(host.run("docker rm -f db") == 0);
        REQUIRE(host.run("docker run -d --name db --network app " + drawer.again(db)) == 0);
        host.wait(minutes(1));
    }
    return host.fingerprint();
}

}  // namespace

TEST_CASE("random databases let in whom they should, and do so twice") {
    const std::uint64_t runs = std::max<std::uint64_t>(1, wanted_runs(4 * kDatabases) / 4);
    for (std::uint64_t number = first_run(); number < first_run() + runs; ++number) {
        INFO(replay(number));
        const std::uint64_t once = ask_all(number);
        REQUIRE(ask_all(number) == once);
    }
}

}  // namespace podium::simulation
