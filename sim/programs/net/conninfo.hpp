#pragma once

// Connection strings of PostgreSQL's clients, which stand where a database's name may: a URI
// ("postgresql://user:password@host:port/database?option=value") or keywords ("host=x user='a b'").
// Plain data.
//
// Source: postgres 17 src/interfaces/libpq/fe-connect.c (recognized_connection_string,
// conninfo_parse, conninfo_uri_parse_options, conninfo_uri_parse_params, conninfo_uri_decode,
// conninfo_storeval).

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "sim/base/result.hpp"

namespace podium::programs::net {

/// What libpq's options are set to, by keyword.
using ConnectionOptions = std::map<std::string, std::string, std::less<>>;

/// Whether a database's name is a connection string instead.
bool is_connection_string(std::string_view text);
/// Sets the options that a connection string names; the error is libpq's sentence.
Result<void> read_connection_string(std::string_view text, ConnectionOptions& options);
/// What variables of the environment set; one that is empty or not there sets nothing.
ConnectionOptions options_of_variables(
    const std::function<std::string(std::string_view)>& variable);
/// Why nobody connects with these options; the sentence is libpq's, or Podium's own for what it
/// does not simulate.
Result<void> check_connection_options(const ConnectionOptions& options);

}  // namespace podium::programs::net
