# Lua 5.4 built as C++ (its errors unwind our frames): the target podium_lua. Never the C build beside it.
#
# One instruction of Lua can spend long in a few functions of the C library, which no hook sees. So the calls
# that Lua makes of them are pointed at counting ones (scripting/counted_c.cpp), in a copy of the static library;
# nothing else in the program is touched.
#
# Its collector asks each metatable for __mode and __gc, also for those set after setmetatable has looked. Weak tables
# would show when memory is collected, and take time with the square of their number; so there it finds neither, but in
# the one of Lua's own buffers, whose memory would never be given back.
#
# Where its virtual machine makes a number of a text (the limit of a loop, an argument of a function), the text is counted.

pkg_check_modules(LUA REQUIRED lua5.4-c++)
find_library(PODIUM_LUA_ARCHIVE NAMES liblua5.4-c++.a HINTS ${LUA_LIBRARY_DIRS} REQUIRED)
if(NOT CMAKE_OBJCOPY)
  message(FATAL_ERROR "objcopy is missing; install binutils")
endif()

execute_process(COMMAND "${CMAKE_AR}" t "${PODIUM_LUA_ARCHIVE}" OUTPUT_VARIABLE PODIUM_LUA_MEMBERS)
string(REGEX MATCH "lgc[^\n]*[.]o" PODIUM_LUA_COLLECTOR "${PODIUM_LUA_MEMBERS}")
if(NOT PODIUM_LUA_COLLECTOR)
  message(FATAL_ERROR "${PODIUM_LUA_ARCHIVE} has no lgc.o")
endif()
string(REGEX MATCH "lvm[^\n]*[.]o" PODIUM_LUA_MACHINE "${PODIUM_LUA_MEMBERS}")
if(NOT PODIUM_LUA_MACHINE)
  message(FATAL_ERROR "${PODIUM_LUA_ARCHIVE} has no lvm.o")
endif()

# Those that use tables have their calls counted, by the chains they go along (scripting/counted_tables.cpp).
set(PODIUM_LUA_TABLE_USERS)
set(PODIUM_POINT_AT_COUNTED_TABLES)
foreach(name lapi lcode ldebug llex lvm)
  string(REGEX MATCH "${name}[^\n]*[.]o" member "${PODIUM_LUA_MEMBERS}")
  if(NOT member)
    message(FATAL_ERROR "${PODIUM_LUA_ARCHIVE} has no ${name}.o")
  endif()
  list(APPEND PODIUM_LUA_TABLE_USERS "${member}")
  list(APPEND PODIUM_POINT_AT_COUNTED_TABLES COMMAND "${CMAKE_OBJCOPY}"
    --redefine-sym _Z8luaH_getP5TablePK6TValue=podium_counted_table_get
    --redefine-sym _Z11luaH_getintP5Tablex=podium_counted_table_getint
    --redefine-sym _Z9luaH_nextP9lua_StateP5TableP10StackValue=podium_counted_table_next
    --redefine-sym _Z9luaH_getnP5Table=podium_counted_table_getn
    --redefine-sym _Z8luaH_setP9lua_StateP5TablePK6TValuePS3_=podium_counted_table_set
    --redefine-sym _Z11luaH_setintP9lua_StateP5TablexP6TValue=podium_counted_table_setint
    --redefine-sym _Z14luaH_finishsetP9lua_StateP5TablePK6TValueS5_PS3_=podium_counted_table_finishset
    --redefine-sym _Z11luaH_resizeP9lua_StateP5Tablejj=podium_counted_table_resize
    --redefine-sym _Z16luaH_resizearrayP9lua_StateP5Tablej=podium_counted_table_resizearray
    "${member}")
endforeach()

set(PODIUM_COUNTED_LUA "${CMAKE_CURRENT_BINARY_DIR}/liblua_counted.a")
add_custom_command(OUTPUT "${PODIUM_COUNTED_LUA}"
  COMMAND "${CMAKE_OBJCOPY}"
    --redefine-sym fmod=podium_counted_fmod
    --redefine-sym pow=podium_counted_pow
    --redefine-sym strtod=podium_counted_strtod
    --redefine-sym strcoll=podium_counted_strcoll
    --redefine-sym memcmp=podium_counted_memcmp
    --redefine-sym snprintf=podium_counted_snprintf
    --redefine-sym __snprintf_chk=podium_counted_snprintf_chk
    "${PODIUM_LUA_ARCHIVE}" "${PODIUM_COUNTED_LUA}"
  COMMAND "${CMAKE_AR}" x "${PODIUM_COUNTED_LUA}" "${PODIUM_LUA_COLLECTOR}" ${PODIUM_LUA_TABLE_USERS}
  COMMAND "${CMAKE_OBJCOPY}" --redefine-sym _Z10luaT_gettmP5Table3TMSP7TString=podium_no_event
    "${PODIUM_LUA_COLLECTOR}"
  COMMAND "${CMAKE_OBJCOPY}" --redefine-sym _Z12luaO_str2numPKcP6TValue=podium_counted_str2num
    "${PODIUM_LUA_MACHINE}"
  ${PODIUM_POINT_AT_COUNTED_TABLES}
  COMMAND "${CMAKE_AR}" r "${PODIUM_COUNTED_LUA}" "${PODIUM_LUA_COLLECTOR}" ${PODIUM_LUA_TABLE_USERS}
  COMMAND "${CMAKE_COMMAND}" -E rm -f "${PODIUM_LUA_COLLECTOR}" ${PODIUM_LUA_TABLE_USERS}
  WORKING_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}"
  DEPENDS "${PODIUM_LUA_ARCHIVE}" VERBATIM
  COMMENT "Pointing Lua's calls of slow C functions at counting ones")
add_custom_target(podium_counted_lua DEPENDS "${PODIUM_COUNTED_LUA}")

add_library(podium_lua INTERFACE)
target_include_directories(podium_lua SYSTEM INTERFACE ${LUA_INCLUDE_DIRS})
target_link_libraries(podium_lua INTERFACE "${PODIUM_COUNTED_LUA}" ${CMAKE_DL_LIBS} m)
add_dependencies(podium_lua podium_counted_lua)
