# How every target of m13d is compiled, and the one way a room becomes a library.

add_library(m13_flags INTERFACE)
target_include_directories(m13_flags INTERFACE ${PROJECT_SOURCE_DIR}/include)

# Warnings are errors on our own code. Each flag below has caught a real class of fault:
target_compile_options(m13_flags INTERFACE
  -Wall -Wextra -Wpedantic -Werror
  -Wformat=2                 # format strings are literals, and match
  -Wshadow                   # one name, one thing
  -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition   # no accidental globals
  -Wswitch-enum              # a new enumerator finds every switch that forgot it
  -Wvla -Walloca             # no stack sized by input
  -Wnull-dereference -Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef
  -Wconversion -Wno-sign-conversion)   # money and sizes never shrink in silence
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  target_compile_options(m13_flags INTERFACE -Wduplicated-cond -Wduplicated-branches -Wlogical-op)
  # GCC 12 reports paths through inlined libc headers that cannot happen.
  target_compile_options(m13_flags INTERFACE -Wno-null-dereference)
endif()

# Hardening. Sanitizers bring their own checks and exclude FORTIFY.
target_compile_options(m13_flags INTERFACE
  -fstack-protector-strong -fstack-clash-protection -fno-common -fcf-protection=full -fno-strict-aliasing)
target_link_options(m13_flags INTERFACE LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported()
if(M13_SANITIZE)
  target_compile_options(m13_flags INTERFACE
    -fsanitize=${M13_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(m13_flags INTERFACE -fsanitize=${M13_SANITIZE})
else()
  target_compile_options(m13_flags INTERFACE $<$<CONFIG:Release,RelWithDebInfo>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=3>)
endif()
if(M13_SANDBOX_OPTIONAL)
  target_compile_definitions(m13_flags INTERFACE M13_SANDBOX_OPTIONAL=1)
endif()

find_package(PkgConfig REQUIRED)
foreach(library IN ITEMS
    libevent libcurl jansson sqlite3 icu-uc icu-i18n libxml-2.0 libarchive libconfig libseccomp libcrypto libzstd xlsxwriter)
  string(MAKE_C_IDENTIFIER ${library} name)
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET ${library})
endforeach()
find_library(M13_LIBCSV csv REQUIRED)   # Debian's libcsv ships no .pc file
add_library(m13_libcsv INTERFACE)
target_link_libraries(m13_libcsv INTERFACE ${M13_LIBCSV})

# m13_room(NAME SOURCES ... USES rooms ... LIBRARIES libraries ...)
# One folder of daemon/, one static library. USES lists the rooms whose headers it may include: the list is
# the architecture, and tests/structure holds the code to it.
set_property(GLOBAL PROPERTY M13_ROOMS "")
function(m13_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;USES;LIBRARIES" ${ARGN})
  add_library(m13_${name} STATIC ${ROOM_SOURCES})
  target_include_directories(m13_${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_CURRENT_BINARY_DIR})
  target_link_libraries(m13_${name} PRIVATE m13_flags)
  foreach(used IN LISTS ROOM_USES)
    target_link_libraries(m13_${name} PUBLIC m13_${used})
  endforeach()
  target_link_libraries(m13_${name} PUBLIC ${ROOM_LIBRARIES})
  set_property(GLOBAL APPEND PROPERTY M13_ROOMS m13_${name})
endfunction()

# m13_embed(TARGET_FILE SYMBOL SOURCE): a text file as a NUL-terminated C string `const char SYMBOL[]`.
function(m13_embed target symbol source)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.c)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DSOURCE=${source} -DSYMBOL=${symbol} -DOUTPUT=${output}
            -P ${PROJECT_SOURCE_DIR}/daemon/embed.cmake
    DEPENDS ${source} ${PROJECT_SOURCE_DIR}/daemon/embed.cmake
    COMMENT "embedding ${symbol}")
  target_sources(${target} PRIVATE ${output})
endfunction()
