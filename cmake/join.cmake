# Sources compiled together. Most of the time a source takes is its headers' and their templates' (nlohmann-json above all),
# which several sources can share. So with PODIUM_JOIN the sources of a folder are compiled twelve at a time, by a file that
# includes them. It names them from the root of the tree, so that a compiler cache serves every checkout.
#
# What is joined shares its unnamed namespaces: two sources of one folder must not give one name to two things. The `dev` build
# compiles each source by itself, so a header that is missing is found there.
#
# Tests gain the most: one that is compiled by itself takes five seconds for its headers and a fraction of one for itself.

set(PODIUM_JOINED_AT_ONCE 12)

# These share names with others of their folder and are compiled by themselves. A compiler that complains of a name defined
# twice, or of an ambiguous one, means that one more belongs here (or, better, that the two want one home).
set(PODIUM_NOT_JOINED
  lessons/load.cpp
  scripting/bindings_traffic.cpp
  sim/lab/bench_health.cpp
  sim/lab/bench_traffic.cpp
  sim/orch/swarm/api_write_spec.cpp
  sim/programs/build_context.cpp
  sim/programs/compose_file/unsimulated.cpp
  sim/programs/docker/system.cpp
  sim/programs/small/table.cpp
  sim/view/traffic.cpp
  tests/cli/installation_test.cpp
  tests/compose_file/interpolation_test.cpp
  tests/conform/swarm_compare_test.cpp
  tests/desktop/terminal_text_test.cpp
  tests/lab/traffic_test.cpp
  tests/lab/why_test.cpp
  tests/model/image_store.cpp
  tests/programs/servers_test.cpp
  tests/simulation/outcome_random_test.cpp
  tests/simulation/random_test.cpp
  tests/simulation/traffic_random_test.cpp
  ui/cli/installation.cpp
)

# Nor are these joined with the rest of their folder, but those of a line with one another.
set(PODIUM_JOINED_APART
  "sim/model/build.cpp sim/model/build_files.cpp sim/model/build_steps.cpp sim/model/dockerfile.cpp sim/model/process_io.cpp sim/model/signals.cpp sim/model/stream_operations.cpp sim/model/taken_as_done.cpp"
  "sim/model/container_image.cpp sim/model/traffic_facts.cpp sim/model/traffic_spec.cpp sim/model/volume_mounts.cpp"
  "sim/programs/compose/build.cpp sim/programs/compose/found.cpp sim/programs/compose/lifecycle.cpp sim/programs/compose/verbs_v2.cpp"
  "sim/programs/compose_file/merge.cpp sim/programs/compose_file/schema_table.cpp sim/programs/compose_file/yaml_text.cpp"
  "sim/programs/docker/build.cpp sim/programs/docker/container_verbs.cpp sim/programs/docker/lifecycle.cpp sim/programs/docker/look.cpp"
  "sim/programs/docker/container_wish.cpp sim/programs/docker/events.cpp sim/programs/docker/object_verbs.cpp sim/programs/docker/volumes.cpp"
  "sim/programs/format/go_types.cpp sim/programs/format/table.cpp sim/programs/format/version.cpp"
  "sim/shell/builtins_variables.cpp sim/shell/shell_program.cpp sim/shell/simple_command.cpp"
  "tests/desktop/actions_test.cpp tests/desktop/inspector_test.cpp"
  "tests/lab/export_fixture.cpp tests/lab/export_html_test.cpp tests/lab/outcome_test.cpp tests/lab/project_test.cpp tests/lab/why_swarm_test.cpp"
  "tests/programs/compose_v1_test.cpp tests/programs/docker_limits_test.cpp tests/programs/swarm_flags_test.cpp"
  "tests/scheduler/policy_test.cpp tests/scheduler/recorded_test.cpp"
  "tests/scripting/sandbox_test.cpp tests/scripting/scenario_test.cpp"
  "tests/simulation/looks_random_test.cpp tests/simulation/random_run.cpp tests/simulation/swarm_lines.cpp"
)

# Writes a file that includes those sources, and adds it to `joined`.
macro(podium_join_file file)
  set(lines ${ARGN})
  list(TRANSFORM lines REPLACE "(.+)" "#include \"\\1\"\n")
  list(JOIN lines "" text)
  file(CONFIGURE OUTPUT "${file}" CONTENT "${text}" @ONLY)
  list(APPEND joined "${file}")
endmacro()

# podium_join(<variable with the sources> <name>): replaces them by the joining files.
function(podium_join variable name)
  if(NOT PODIUM_JOIN)
    return()
  endif()
  set(joined)
  set(folders)
  list(JOIN PODIUM_JOINED_APART " " all_apart)
  separate_arguments(all_apart)
  set(apart_here)
  foreach(source IN LISTS ${variable})
    file(RELATIVE_PATH path "${CMAKE_SOURCE_DIR}" "${source}")
    if(path IN_LIST PODIUM_NOT_JOINED)
      list(APPEND joined "${source}")
      continue()
    endif()
    if(path IN_LIST all_apart)
      list(APPEND apart_here "${path}")
      continue()
    endif()
    get_filename_component(folder "${path}" DIRECTORY)
    list(APPEND folders "${folder}")
    list(APPEND "in_${folder}" "${path}")
  endforeach()
  list(REMOVE_DUPLICATES folders)
  foreach(folder IN LISTS folders)
    list(SORT "in_${folder}")
    set(number 0)
    while(in_${folder})
      list(LENGTH "in_${folder}" left)
      math(EXPR number "${number} + 1")
      list(SUBLIST "in_${folder}" 0 ${PODIUM_JOINED_AT_ONCE} paths)
      if(left GREATER PODIUM_JOINED_AT_ONCE)
        list(SUBLIST "in_${folder}" ${PODIUM_JOINED_AT_ONCE} -1 "in_${folder}")
      else()
        set("in_${folder}")
      endif()
      string(REPLACE "/" "_" file "${folder}")
      podium_join_file("${CMAKE_BINARY_DIR}/joined/${name}/${file}_${number}.cpp" ${paths})
    endwhile()
  endforeach()
  set(number 0)
  foreach(line IN LISTS PODIUM_JOINED_APART)
    math(EXPR number "${number} + 1")
    separate_arguments(paths UNIX_COMMAND "${line}")
    foreach(path IN LISTS paths)
      if(NOT path IN_LIST apart_here)
        list(REMOVE_ITEM paths "${path}")
      endif()
    endforeach()
    if(paths)
      podium_join_file("${CMAKE_BINARY_DIR}/joined/${name}/apart_${number}.cpp" ${paths})
    endif()
  endforeach()
  set(${variable} ${joined} PARENT_SCOPE)
endfunction()
