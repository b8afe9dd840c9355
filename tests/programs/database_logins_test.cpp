// Whom PostgreSQL, MySQL and MariaDB let in, and what they and their clients say to the others.
// Users are made when the data are, and live with them.

#include <regex>

#include <catch2/catch.hpp>

#include "tests/programs/docker_fixture.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

/// A server on the network "app", once it is ready.
DockerHost with_database(const std::string& run, Duration ready) {
    DockerHost host({}, "");
    host.run("docker network create app");
    host.run("docker run -d --name db --network app " + run);
    host.wait(ready);
    return host;
}

DockerHost with_postgres(const std::string& flags) {
    return with_database(flags + " postgres", seconds(6));
}

DockerHost with_mysql(const std::string& flags) {
    return with_database(flags + " mysql", seconds(15));
}

/// psql in another container of the network.
DockerHost::Result from_elsewhere(DockerHost& host,
                                  const std::string& variables,
                                  const std::string& arguments) {
    return host.run("docker run --rm --network app " + variables + " postgres psql -h db " +
                    arguments + " -t -A -c 'select 1'");
}

}  // namespace

TEST_CASE(
    "PostgreSQL: its socket and its loopback are trusted, everybody else needs the password") {
    DockerHost host = with_postgres("-e POSTGRES_PASSWORD=secret");
    CHECK(host.run("docker exec db psql -U postgres -t -A -c 'select 1'").out == "1\n");
    CHECK(host.run("docker exec -e PGPASSWORD=wrong db psql -h 127.0.0.1 -U postgres -t -A -c "
                   "'select 1'")
              .out == "1\n");
    CHECK(from_elsewhere(host, "-e PGPASSWORD=secret", "-U postgres").out == "1\n");
    CHECK(from_elsewhere(host, "", "-d postgresql://postgres:secret@db/postgres").out == "1\n");

    const DockerHost::Result wrong = from_elsewhere(host, "-e PGPASSWORD=wrong", "-U postgres");
    CHECK(wrong.status == 2);
    CHECK(std::regex_match(
        wrong.error,
        std::regex("psql: error: connection to server at \"db\" \\([0-9.]+\\), port 5432 failed: "
                   "FATAL:  password authentication failed for user \"postgres\"\n")));
    const DockerHost::Result none = from_elsewhere(host, "", "-w -U postgres");
    CHECK(none.status == 2);
    CHECK(says(none.error, "port 5432 failed: fe_sendauth: no password supplied\n"));
    // Where there is no terminal it asks standard input.
    CHECK(says(from_elsewhere(host, "", "-U postgres").error,
               "Password for user postgres: \npsql: error: "));
    CHECK(host.run("echo secret | docker run --rm -i --network app postgres psql -h db -U postgres "
                   "-t -A -c 'select 1'")
              .out == "1\n");
    // By its own name it is on the network, too.
    CHECK(host.run("docker exec -e PGPASSWORD=wrong db psql -h db -U postgres -c 'select 1'")
              .status == 2);
    CHECK(from_elsewhere(host, "-e PGPASSWORD=secret", "-U nobody").status == 2);

    const std::string log = host.run("docker logs db 2>&1").out;
    CHECK(std::regex_search(
        log,
        std::regex(
            "UTC \\[[0-9]+\\] FATAL:  password authentication failed for user \"postgres\"\n")));
    CHECK(says(log,
               "DETAIL:  Connection matched file \"/var/lib/postgresql/data/pg_hba.conf\" line "
               "128: \"host all all all scram-sha-256\"\n"));
    CHECK(says(log, "DETAIL:  Role \"nobody\" does not exist.\n\tConnection matched file "));
}

TEST_CASE(
    "PostgreSQL: a role or a database that is not there is said to be so, and the role is the "
    "account's without -U") {
    DockerHost host =
        with_postgres("-e POSTGRES_PASSWORD=x -e POSTGRES_USER=shop -e POSTGRES_DB=goods");
    const auto error = [&host](const std::string& arguments) {
        return host.run("docker exec db psql " + arguments + " -c 'select 1'").error;
    };
    const std::string socket =
        "psql: error: connection to server on socket \"/var/run/postgresql/.s.PGSQL.5432\" failed: "
        "FATAL:  ";
    CHECK(error("-U postgres") == socket + "role \"postgres\" does not exist\n");
    CHECK(error("") == socket + "role \"root\" does not exist\n");
    CHECK(error("-U shop") == socket + "database \"shop\" does not exist\n");
    CHECK(error("-U shop goods").empty());
    CHECK(error("goods shop").empty());
    CHECK(host.run("docker exec -e PGUSER=shop -e PGDATABASE=goods db psql -c 'select 1'").status ==
          0);
    CHECK(says(host.run("docker exec -u postgres db psql -c 'select 1'").error,
               socket + "role \"postgres\" does not exist\n"));
    CHECK(host.run("docker exec db psql -U shop -d goods -p 5433 -c 'select 1'").error ==
          "psql: error: connection to server on socket \"/var/run/postgresql/.s.PGSQL.5433\" "
          "failed: No such file or directory\n"
          "\tIs the server running locally and accepting connections on that socket?\n");
    CHECK(host.run("docker exec db psql postgresql:///goods?user=shop -c 'select 1'").status == 0);
    CHECK(host.run("docker exec db psql 'postgresql://shop@/goods?host=/var/run/postgresql&sslmode=prefer' -c 'select 1'").status == 0);
    CHECK(host.run("docker exec db psql -U nobody -d postgresql://shop@localhost/goods -c 'select 1'").status == 0);
    CHECK(says(error("'host=localhost user=shop dbname=goods sslmode=require'"), "psql: error: Podium models no TLS"));
    CHECK(error("'user=shop dbnam=goods'") == "psql: error: invalid connection option \"dbnam\"\n");
    // What libpq has and Podium has not is refused, unless it asks for nothing; the rest changes
    // nothing.
    CHECK(error("'user=shop dbname=goods application_name=a connect_timeout=3 sslmode=disable "
                "sslnegotiation=postgres options='")
              .empty());
    CHECK(error("'user=shop options=-csearch_path=x'") ==
          "psql: error: Podium does not simulate the connection option \"options\" (PGOPTIONS)\n");
    CHECK(error("postgresql://shop@/goods?require_auth=none") ==
          "psql: error: Podium does not simulate the connection option \"require_auth\" "
          "(PGREQUIREAUTH)\n");
    CHECK(error("'user=shop replication=database'") ==
          "psql: error: Podium does not simulate the connection option \"replication\"\n");
    CHECK(says(host.run("docker exec -e PGSERVICE=shop db psql -U shop -c 'select 1'").error,
               "the connection option \"service\" (PGSERVICE)\n"));
    CHECK(error("'user=shop channel_binding=require'") ==
          "psql: error: Podium models no TLS, so no server has what channel_binding=require wants "
          "(it goes on with disable, prefer)\n");
    CHECK(error("'user=shop target_session_attrs=standby'") ==
          "psql: error: Podium models no standby servers, so no server has what "
          "target_session_attrs=standby wants "
          "(it goes on with any, read-write, primary, prefer-standby)\n");
    CHECK(says(error("'user=shop sslrootcert=system'"), "what sslrootcert=system wants\n"));
    CHECK(error("'user=shop dbname=goods sslrootcert=/ca.pem'").empty());
    CHECK(error("'user=shop gssencmode=maybe'") ==
          "psql: error: invalid gssencmode value: \"maybe\"\n");
    CHECK(error("'user=shop dbname=goods requiressl=0'").empty());
    CHECK(says(error("'postgresql://shop@/goods?ssl=true'"), "sslmode=require"));
    // A string counts more than the environment.
    CHECK(host.run("docker exec -e PGSSLMODE=require db psql 'user=shop dbname=goods "
                   "sslmode=prefer' -c 'select 1'")
              .status == 0);
    // A URI's parts are percent-encoded, its host may be the socket's folder; a keyword's value may
    // stand in quotes.
    CHECK(error("postgresql://sh%6Fp@%2Fvar%2Frun%2Fpostgresql/na%20me") ==
          socket + "database \"na me\" does not exist\n");
    CHECK(error("'postgresql://shop@/x?dbname=na%20me'") ==
          socket + "database \"na me\" does not exist\n");
    CHECK(error("\"user=shop dbname = 'na\\ me'\"") ==
          socket + "database \"na me\" does not exist\n");
    CHECK(error("postgresql://shop@/na%2") ==
          "psql: error: invalid percent-encoded token: \"na%2\"\n");
    CHECK(error("postgresql://shop@/na%00me") ==
          "psql: error: forbidden value %00 in percent-encoded value: \"na%00me\"\n");
    CHECK(error("'postgresql://shop@/goods?dbnam=x'") ==
          "psql: error: invalid URI query parameter: \"dbnam\"\n");
    CHECK(error("'postgresql://shop@/goods?host'") ==
          "psql: error: missing key/value separator \"=\" in URI query parameter: \"host\"\n");
    CHECK(error("'postgresql://shop@/goods?host=a=b'") ==
          "psql: error: extra key/value separator \"=\" in URI query parameter: \"host\"\n");
    CHECK(error("'postgresql://[::1/goods'") ==
          "psql: error: end of string reached when looking for matching \"]\" in IPv6 host address "
          "in URI: \"postgresql://[::1/goods\"\n");
    CHECK(error("'postgresql://[::1]x/goods'") ==
          "psql: error: unexpected character \"x\" at position 19 in URI (expected \":\" or "
          "\"/\"): \"postgresql://[::1]x/goods\"\n");
    CHECK(error("'user=shop goods'") ==
          "psql: error: missing \"=\" after \"goods\" in connection info string\n");
    CHECK(error("\"user=shop dbname='goods\"") ==
          "psql: error: unterminated quoted string in connection info string\n");
    CHECK(error("postgresql://one:1,two:2/goods") ==
          "psql: error: Podium models connections to one host only, not to one of \"one,two\"\n");
    CHECK(error("-U shop -p x") ==
          "psql: error: invalid integer value \"x\" for connection option \"port\"\n");
    CHECK(error("postgresql://shop@localhost:70000/goods") ==
          "psql: error: invalid port number: \"70000\"\n");
    // What the string leaves open the environment says.
    CHECK(host.run("docker exec -e PGHOST=nowhere db psql postgresql://shop@/goods -c 'select 1'")
              .error ==
          "psql: error: could not translate host name \"nowhere\" to address: Name or service not "
          "known\n");
    // What one asks comes after who one is.
    CHECK(error("-U nobody -c 'vacuum'") == socket + "role \"nobody\" does not exist\n");
    // pg_isready is content with any answer, but the server tells of who it is not.
    CHECK(host.run("docker exec db pg_isready").out ==
          "/var/run/postgresql:5432 - accepting connections\n");
    CHECK(says(host.run("docker logs --tail 1 db 2>&1").out,
               "FATAL:  role \"root\" does not exist\n"));
    CHECK(says(host.run("docker logs db").out, "CREATE DATABASE\n"));
    // A socket is a file of its container, not of the network that another one shares.
    const DockerHost::Result beside = host.run(
        "docker run --rm --network container:db postgres psql -U shop goods -c 'select 1'");
    CHECK(says(beside.error, "failed: No such file or directory\n"));
    CHECK(host.run("docker run --rm --network container:db postgres psql -h localhost -U shop "
                   "goods -c 'select 1'")
              .status == 0);
}

TEST_CASE("PostgreSQL: a named volume keeps the old password when the variable says another") {
    DockerHost host = with_postgres("-e POSTGRES_PASSWORD=old -v rows:/var/lib/postgresql/data");
    host.run("docker rm -f db");
    host.run(
        "docker run -d --name db --network app -e POSTGRES_PASSWORD=new -e POSTGRES_USER=shop -v "
        "rows:/var/lib/postgresql/data postgres");
    host.wait(seconds(3));
    CHECK(says(host.run("docker logs db").out,
               "\nPostgreSQL Database directory appears to contain a database; Skipping "
               "initialization\n\n"));
    CHECK(from_elsewhere(host, "-e PGPASSWORD=new", "-U postgres").status == 2);
    CHECK(from_elsewhere(host, "-e PGPASSWORD=old", "-U postgres").out == "1\n");
    CHECK(says(host.run("docker exec db psql -U shop -c 'select 1'").error,
               "FATAL:  role \"shop\" does not exist\n"));
    // Without the volume it is as the variables say.
    host.run("docker rm -f db; docker volume rm rows");
    host.run(
        "docker run -d --name db --network app -e POSTGRES_PASSWORD=new -v "
        "rows:/var/lib/postgresql/data postgres");
    host.wait(seconds(6));
    CHECK(from_elsewhere(host, "-e PGPASSWORD=new", "-U postgres").out == "1\n");
}

TEST_CASE("PostgreSQL: pg_hba.conf says who is trusted, and is read at the start and on SIGHUP") {
    DockerHost host = with_postgres("-e POSTGRES_HOST_AUTH_METHOD=trust");
    CHECK(says(host.run("docker logs db 2>&1").out,
               "WARNING: POSTGRES_HOST_AUTH_METHOD has been set to \"trust\"."));
    CHECK(from_elsewhere(host, "", "-U postgres").out == "1\n");
    const auto append = [&host](const std::string& line) {
        host.run("docker exec db sh -c 'echo \"" + line +
                 "\" > /var/lib/postgresql/data/pg_hba.conf'");
    };
    append("local all all trust");
    CHECK(from_elsewhere(host, "", "-U postgres").out == "1\n");
    host.run("docker kill -s HUP db");
    CHECK(std::regex_search(from_elsewhere(host, "", "-U postgres").error,
                            std::regex("FATAL:  no pg_hba.conf entry for host \"[0-9.]+\", user "
                                       "\"postgres\", database \"postgres\", no encryption\n")));
    append("local all all peer");
    host.run("docker kill -s HUP db");
    CHECK(says(host.run("docker exec db psql -U postgres -c 'select 1'").error,
               "FATAL:  Peer authentication failed for user \"postgres\"\n"));
    CHECK(host.run("docker exec -u postgres db psql -c 'select 1'").status == 0);
    append("local all all nonsense");
    host.run("docker kill -s HUP db");
    CHECK(says(host.run("docker logs db 2>&1").out,
               "LOG:  invalid authentication method \"nonsense\"\n"));
    CHECK(host.run("docker exec -u postgres db psql -c 'select 1'").status == 0);  // as before
    host.run("docker restart db");
    host.wait(seconds(3));
    CHECK(says(host.run("docker logs db 2>&1").out,
               "FATAL:  could not load /var/lib/postgresql/data/pg_hba.conf\n"));
    CHECK(host.run("docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' db").out ==
          "exited 1\n");
    // Neither a password nor that: the image's script does not begin.
    CHECK(host.run("docker run --rm -e POSTGRES_HOST_AUTH_METHOD=scram-sha-256 postgres").status ==
          1);
}

TEST_CASE("PostgreSQL: each database has its own tables") {
    DockerHost host = with_postgres("-e POSTGRES_PASSWORD=x -e POSTGRES_DB=goods");
    host.run(
        "docker exec db psql -U postgres goods -c \"insert into todo (item) values ('milk')\"");
    CHECK(host.run("docker exec db psql -U postgres goods -t -A -c 'select item from todo'").out ==
          "milk\n");
    CHECK(host.run("docker exec db psql -U postgres -t -A -c 'select item from todo'").out.empty());
}

TEST_CASE(
    "MySQL: the password and the user's database are those of the variables, on the socket as over "
    "TCP") {
    DockerHost host = with_mysql(
        "-e MYSQL_ROOT_PASSWORD=secret -e MYSQL_USER=shop -e MYSQL_PASSWORD=pw -e "
        "MYSQL_DATABASE=goods");
    const auto mysql = [&host](const std::string& arguments) {
        return host.run("docker exec db mysql " + arguments + " -N -e 'select 1'");
    };
    const std::string warning =
        "mysql: [Warning] Using a password on the command line interface can be insecure.\n";
    CHECK(mysql("-uroot -psecret").out == "1\n");
    CHECK(mysql("-uroot -psecret").error == warning);
    CHECK(mysql("-uroot -psecret -h 127.0.0.1").out == "1\n");
    CHECK(host.run("docker exec -e MYSQL_PWD=secret db mysql -N -e 'select 1'").out == "1\n");
    CHECK(host.run("docker run --rm --network app mysql mysql -h db -ushop -ppw goods -N -e "
                   "'select 1'")
              .out == "1\n");
    CHECK(host.run("echo secret | docker exec -i db mysql -uroot -p -N -e 'select 1'").out ==
          "1\n");

    CHECK(mysql("-uroot -pwrong").status == 1);
    CHECK(mysql("-uroot -pwrong").error == warning +
                                               "ERROR 1045 (28000): Access denied for user "
                                               "'root'@'localhost' (using password: YES)\n");
    CHECK(mysql("-uroot").error ==
          "ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: NO)\n");
    CHECK(says(mysql("-uroot -pwrong -h 127.0.0.1").error,
               "Access denied for user 'root'@'127.0.0.1' (using password: YES)\n"));
    CHECK(says(mysql("-unobody -psecret").error,
               "Access denied for user 'nobody'@'localhost' (using password: YES)\n"));
    CHECK(says(mysql("-uroot -psecret nosuch").error,
               "ERROR 1049 (42000): Unknown database 'nosuch'\n"));
    CHECK(says(mysql("-ushop -ppw mysql").error,
               "ERROR 1044 (42000): Access denied for user 'shop'@'%' to database 'mysql'\n"));
    CHECK(says(host.run("docker exec db mysql -uroot -psecret -e 'select * from todo'").error,
               "ERROR 1046 (3D000) at line 1: No database selected\n"));
    CHECK(host.run("docker exec db mysql -ushop -ppw goods -e \"insert into todo (item) values "
                   "('milk')\"")
              .status == 0);
    CHECK(
        host.run("docker exec db mysql -uroot -psecret goods -N -e 'select item from todo'").out ==
        "milk\n");
    CHECK(says(host.run("docker run --rm --network app mysql mysql -e 'select 1'").error,
               "ERROR 2002 (HY000): Can't connect to local MySQL server through socket "
               "'/var/run/mysqld/mysqld.sock' (2)\n"));
    CHECK(says(mysql("-h nosuch").error,
               "ERROR 2005 (HY000): Unknown MySQL server host 'nosuch' (-2)\n"));

    // ping ends with 0 where the server refuses the login.
    const DockerHost::Result ping = host.run("docker exec db mysqladmin ping");
    CHECK(ping.status == 0);
    CHECK(ping.out.empty());
    CHECK(ping.error ==
          "mysqladmin: connect to server at 'localhost' failed\nerror: 'Access denied for user "
          "'root'@'localhost' (using password: NO)'\n");
    CHECK(host.run("docker exec db mysqladmin -uroot -psecret ping").out == "mysqld is alive\n");

    // mysqladmin.cc: told once to be silent it says nothing of a failure, told twice nothing of what is well either.
    CHECK(host.run("docker exec db mysqladmin -uroot -psecret ping --silent").out == "mysqld is alive\n");
    CHECK(host.run("docker exec db mysqladmin -uroot -psecret ping -s -s").out.empty());
    CHECK(host.run("docker exec db mysqladmin ping --silent").error.empty());
    const DockerHost::Result none = host.run("docker exec db mysqladmin -s -h 127.0.0.1 -P 3307 ping");
    CHECK(none.status == 1);
    CHECK(none.error.empty());
    const std::string log = host.run("docker logs db 2>&1").out;
    CHECK(says(log, "[Note] [Entrypoint]: Giving user shop access to schema goods\n"));
    CHECK_FALSE(says(log, "Access denied"));  // with log_error_verbosity 2
}

TEST_CASE(
    "MySQL: a named volume keeps the old users, and root is as far away as MYSQL_ROOT_HOST says") {
    DockerHost host = with_mysql(
        "-e MYSQL_ROOT_PASSWORD=old -e MYSQL_ROOT_HOST=localhost -v rows:/var/lib/mysql");
    CHECK(std::regex_search(
        host.run("docker run --rm --network app mysql mysql -h db -uroot -pold -e 'select 1'")
            .error,
        std::regex("ERROR 1130 \\(HY000\\): Host '[0-9.]+' is not allowed to connect to this MySQL "
                   "server\n")));
    host.run("docker rm -f db");
    host.run("docker run -d --name db -e MYSQL_ROOT_PASSWORD=new -v rows:/var/lib/mysql mysql");
    host.wait(seconds(5));
    CHECK(host.run("docker exec db mysql -uroot -pnew -e 'select 1'").status == 1);
    CHECK(host.run("docker exec db mysql -uroot -pold -e 'select 1'").status == 0);
    host.run("docker run -d --name random -e MYSQL_RANDOM_ROOT_PASSWORD=yes mysql");
    host.run("docker run -d --name empty -e MYSQL_ALLOW_EMPTY_PASSWORD=yes mysql");
    host.wait(seconds(15));
    CHECK(host.run("docker exec empty mysql -e 'select 1'").status == 0);
    CHECK(host.run("docker exec empty mysql -px -e 'select 1'").status == 1);
    const std::string generated =
        host.run("docker logs random | sed -n 's/.*GENERATED ROOT PASSWORD: //p'").out;
    REQUIRE(generated.size() == 33);
    CHECK(host.run("docker exec random mysql '-p" + generated.substr(0, 32) + "' -e 'select 1'")
              .status == 0);
    CHECK(says(host.run("docker run --rm -e MYSQL_ROOT_PASSWORD=x -e MYSQL_USER=root mysql").error,
               "MYSQL_USER and MYSQL_PASSWORD are for configuring a regular user and cannot be "
               "used for the root user\n"));
}

TEST_CASE("MariaDB: its own variables and its own words, and the server tells of a denied login") {
    DockerHost host({}, "");
    // PASSWORD('secret'), as SELECT PASSWORD() gives it.
    host.run(
        "docker run -d --name db -e "
        "MARIADB_ROOT_PASSWORD_HASH=*14E65567ABDB5135D0CFD9A70B3032C179A49EE7 -e MARIADB_USER=shop "
        "-e MARIADB_PASSWORD=pw -e MARIADB_DATABASE=goods mariadb");
    host.wait(seconds(8));
    CHECK(host.run("docker exec db mariadb -uroot -psecret -N -e 'select 1'").out == "1\n");
    CHECK(host.run("docker exec db mariadb -ushop -ppw goods -N -e 'select 1'").out == "1\n");
    const DockerHost::Result wrong =
        host.run("docker exec db mariadb -uroot -pwrong -e 'select 1'");
    CHECK(wrong.error ==
          "ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: YES)\n");
    CHECK(std::regex_search(host.run("docker logs db 2>&1").out,
                            std::regex("[0-9:]{8} [0-9]+ \\[Warning\\] Access denied for user "
                                       "'root'@'localhost' \\(using password: YES\\)\n")));
    CHECK(says(host.run("docker exec db mariadb -h 127.0.0.1 -P 3307 -e 'select 1'").error,
               "ERROR 2002 (HY000): Can't connect to server on '127.0.0.1' (115)\n"));
    host.run("docker stop db");
    CHECK(says(host.run("docker run --rm mariadb mariadb -e 'select 1'").error,
               "ERROR 2002 (HY000): Can't connect to local server through socket "
               "'/run/mysqld/mysqld.sock' (2)\n"));
}

TEST_CASE(
    "the to-do application and WordPress log in as their variables say, and say when they may "
    "not") {
    DockerHost host = with_postgres("-e POSTGRES_PASSWORD=secret");
    host.run(
        "docker run -d --name good --network app -e "
        "DATABASE_URL=postgres://postgres:secret@db/postgres podium/todo-web");
    host.run(
        "docker run -d --name bad --network app -e "
        "DATABASE_URL=postgres://postgres:old@db/postgres podium/todo-web");
    host.run("docker run -d --name nobody --network app podium/todo-web");
    host.wait(seconds(3));
    CHECK(host.run("docker exec good curl -s -d item=milk localhost:8080/items").out ==
          "{\"id\":1,\"item\":\"milk\"}\n");
    CHECK(says(host.run("docker logs bad 2>&1").out,
               "database db:5432 refuses the login, trying again: FATAL:  password authentication "
               "failed for user \"postgres\"\n"));
    CHECK(says(host.run("docker logs nobody 2>&1").out,
               "refuses the login, trying again: fe_sendauth: no password supplied\n"));
    host.wait(seconds(35));
    CHECK(host.run("docker inspect -f '{{.State.ExitCode}}' bad").out == "1\n");

    host.run(
        "docker run -d --name wpdb --network app -e MYSQL_ROOT_PASSWORD=x -e "
        "MYSQL_DATABASE=wordpress -e MYSQL_USER=wp -e MYSQL_PASSWORD=pw mysql");
    host.run(
        "docker run -d --name blog --network app -e WORDPRESS_DB_HOST=wpdb -e WORDPRESS_DB_USER=wp "
        "-e WORDPRESS_DB_PASSWORD=pw wordpress");
    host.run(
        "docker run -d --name lost --network app -e WORDPRESS_DB_HOST=wpdb -e WORDPRESS_DB_USER=wp "
        "-e WORDPRESS_DB_PASSWORD=old wordpress");
    host.wait(seconds(15));
    CHECK(says(host.run("docker exec blog curl -s localhost").out, "WordPress (simulated)"));
    CHECK(says(host.run("docker exec lost curl -s -w '%{http_code}' localhost").out,
               "<h1>Error establishing a database connection</h1></body></html>\n500"));
}
