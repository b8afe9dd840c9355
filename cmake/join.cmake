# Sources compiled together. Most of the time a source takes is its headers' and their templates' (nlohmann-json above all),
# which several sources can share. So with PODIUM_JOIN the sources of a folder are compiled eight at a time, by a file that
# includes them. It names them from the root of the tree, so that a compiler cache serves every checkout.
#
# What is joined shares its unnamed namespaces: two sources of one folder must not give one name to two things. The `dev` build
# compiles each source by itself, so a header that is missing is found there.
#
# Tests gain the most: one that is compiled by itself takes five seconds for its headers and a fraction of one for itself.

set(PODIUM_JOINED_AT_ONCE 8)

# These share names with others of their folder and are compiled by themselves. A compiler that complains of a name defined
# twice, or of an ambiguous one, means that one more belongs here (or, better, that the two want one home).
set(PODIUM_NOT_JOINED
  lessons/load.cpp
  scripting/bindings_traffic.cpp
  sim/lab/bench_health.cpp
  sim/lab/bench_traffic.cpp
  sim/model/build.cpp
  sim/model/build_files.cpp
  sim/model/build_steps.cpp
  sim/model/container_image.cpp
  sim/model/dockerfile.cpp
  sim/model/process_io.cpp
  sim/model/signals.cpp
  sim/model/stream_operations.cpp
  sim/model/taken_as_done.cpp
  sim/model/traffic_facts.cpp
  sim/model/traffic_spec.cpp
  sim/model/volume_mounts.cpp
  sim/orch/swarm/api_write_spec.cpp
  sim/programs/build_context.cpp
  sim/programs/compose/build.cpp
  sim/programs/compose/found.cpp
  sim/programs/compose/lifecycle.cpp
  sim/programs/compose/verbs_v2.cpp
  sim/programs/compose_file/merge.cpp
  sim/programs/compose_file/schema_table.cpp
  sim/programs/compose_file/unsimulated.cpp
  sim/programs/compose_file/yaml_text.cpp
  sim/programs/docker/build.cpp
  sim/programs/docker/container_verbs.cpp
  sim/programs/docker/container_wish.cpp
  sim/programs/docker/events.cpp
  sim/programs/docker/lifecycle.cpp
  sim/programs/docker/look.cpp
  sim/programs/docker/object_verbs.cpp
  sim/programs/docker/system.cpp
  sim/programs/docker/volumes.cpp
  sim/programs/format/go_types.cpp
  sim/programs/format/table.cpp
  sim/programs/format/version.cpp
  sim/programs/net/nc.cpp
  sim/programs/net/ping.cpp
  sim/programs/net/sql_client.cpp
  sim/programs/net/ssh.cpp
  sim/programs/net/sudo.cpp
  sim/programs/net/systemctl.cpp
  sim/programs/net/wget.cpp
  sim/programs/small/table.cpp
  sim/shell/builtins_variables.cpp
  sim/shell/shell_program.cpp
  sim/shell/simple_command.cpp
  sim/view/traffic.cpp
  tests/cli/compare_test.cpp
  tests/cli/conform_test.cpp
  tests/cli/export_test.cpp
  tests/cli/installation_test.cpp
  tests/cli/scheduler_test.cpp
  tests/cli/shell_everyday_test.cpp
  tests/cli/shell_test.cpp
  tests/compose_file/interpolation_test.cpp
  tests/conform/swarm_compare_test.cpp
  tests/desktop/actions_test.cpp
  tests/desktop/inspector_test.cpp
  tests/desktop/terminal_text_test.cpp
  tests/lab/export_fixture.cpp
  tests/lab/export_html_test.cpp
  tests/lab/outcome_test.cpp
  tests/lab/project_test.cpp
  tests/lab/rules_compose_test.cpp
  tests/lab/rules_meanwhile_test.cpp
  tests/lab/rules_restart_test.cpp
  tests/lab/rules_server_test.cpp
  tests/lab/rules_stop_test.cpp
  tests/lab/traffic_test.cpp
  tests/lab/why_swarm_test.cpp
  tests/lab/why_test.cpp
  tests/model/image_store.cpp
  tests/programs/compose_v1_test.cpp
  tests/programs/docker_limits_test.cpp
  tests/programs/servers_test.cpp
  tests/programs/swarm_flags_test.cpp
  tests/scheduler/policy_test.cpp
  tests/scheduler/recorded_test.cpp
  tests/scripting/sandbox_test.cpp
  tests/scripting/scenario_test.cpp
  tests/simulation/looks_random_test.cpp
  tests/simulation/outcome_random_test.cpp
  tests/simulation/random_run.cpp
  tests/simulation/random_test.cpp
  tests/simulation/swarm_lines.cpp
  tests/simulation/traffic_random_test.cpp
  ui/cli/installation.cpp
)

# podium_join(<variable with the sources> <name>): replaces them by the joining files.
function(podium_join variable name)
  if(NOT PODIUM_JOIN)
    return()
  endif()
  set(joined)
  set(folders)
  foreach(source IN LISTS ${variable})
    file(RELATIVE_PATH path "${CMAKE_SOURCE_DIR}" "${source}")
    if(path IN_LIST PODIUM_NOT_JOINED)
      list(APPEND joined "${source}")
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
      list(TRANSFORM paths REPLACE "(.+)" "#include \"\\1\"\n" OUTPUT_VARIABLE lines)
      list(JOIN lines "" text)
      string(REPLACE "/" "_" file "${folder}")
      set(file "${CMAKE_BINARY_DIR}/joined/${name}/${file}_${number}.cpp")
      file(CONFIGURE OUTPUT "${file}" CONTENT "${text}" @ONLY)
      list(APPEND joined "${file}")
    endwhile()
  endforeach()
  set(${variable} ${joined} PARENT_SCOPE)
endfunction()
