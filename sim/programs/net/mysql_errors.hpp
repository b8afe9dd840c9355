#pragma once

// The errors of MySQL and MariaDB that their servers answer and their clients print here. Source:
// mysql share/messages_to_clients.txt; MariaDB has the same numbers and states
// (sql/share/errmsg-utf8.txt).

#include <string_view>

namespace podium::programs::net {

inline constexpr int kDatabaseDenied = 1044;      ///< ER_DBACCESS_DENIED_ERROR
inline constexpr int kAccessDenied = 1045;        ///< ER_ACCESS_DENIED_ERROR
inline constexpr int kNoDatabaseSelected = 1046;  ///< ER_NO_DB_ERROR
inline constexpr int kUnknownDatabase = 1049;     ///< ER_BAD_DB_ERROR
inline constexpr int kTableFull = 1114;           ///< ER_RECORD_FILE_FULL
inline constexpr int kHostNotPrivileged = 1130;   ///< ER_HOST_NOT_PRIVILEGED

/// The SQLSTATE that a client prints beside the number.
constexpr std::string_view mysql_state(int code) {
    switch (code) {
        case kDatabaseDenied:
        case kUnknownDatabase:
            return "42000";
        case kAccessDenied:
            return "28000";
        case kNoDatabaseSelected:
            return "3D000";
        default:
            return "HY000";
    }
}

}  // namespace podium::programs::net
