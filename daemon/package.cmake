# What `cmake --install` puts where (FHS), and the .deb that `cpack` makes of it.

# The unit names /usr/bin, and with that prefix the configuration is in /etc.
if(CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT)
  set(CMAKE_INSTALL_PREFIX /usr CACHE PATH "where to install" FORCE)
  include(GNUInstallDirs)
endif()

# ---------------------------------------------------------------- programs and manual
foreach(program IN ITEMS m13d m13ctl)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  endif()
endforeach()
file(GLOB pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/daemon/man/*.[1-8])
foreach(page IN LISTS pages)
  string(REGEX REPLACE ".*\\.([1-8])$" "\\1" section ${page})
  install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
install(FILES ${PROJECT_SOURCE_DIR}/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/conf/examples ${PROJECT_SOURCE_DIR}/conf/templates DESTINATION ${CMAKE_INSTALL_DOCDIR})

# ---------------------------------------------------------------- systemd
install(FILES ${PROJECT_SOURCE_DIR}/systemd/m13d.service DESTINATION lib/systemd/system)
install(FILES ${PROJECT_SOURCE_DIR}/systemd/m13d.sysusers DESTINATION lib/sysusers.d RENAME m13d.conf)

# ---------------------------------------------------------------- configuration
# A file that is there already belongs to its administrator.
set(M13_CONF_FOLDER ${CMAKE_INSTALL_FULL_SYSCONFDIR}/m13d)
file(GLOB_RECURSE conf_files CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/conf
  ${PROJECT_SOURCE_DIR}/conf/*.conf ${PROJECT_SOURCE_DIR}/conf/holidays)
list(FILTER conf_files EXCLUDE REGEX "^(demo|examples)/")
set(conffiles "")
foreach(file IN LISTS conf_files)
  cmake_path(GET file PARENT_PATH folder)
  string(APPEND conffiles "${M13_CONF_FOLDER}/${file}\n")
  install(CODE "
    if(EXISTS \"\$ENV{DESTDIR}${M13_CONF_FOLDER}/${file}\")
      message(STATUS \"Kept: \$ENV{DESTDIR}${M13_CONF_FOLDER}/${file}\")
    else()
      file(INSTALL \"${PROJECT_SOURCE_DIR}/conf/${file}\" DESTINATION \"${M13_CONF_FOLDER}/${folder}\"
           PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
    endif()")
endforeach()

# ---------------------------------------------------------------- the package
file(STRINGS ${PROJECT_SOURCE_DIR}/daemon/packages.txt lines REGEX "^[^#]")
set(section "")
set(depends "systemd | systemd-standalone-sysusers")
foreach(line IN LISTS lines)
  if(line MATCHES "^.(build|run|test|full).$")
    set(section ${CMAKE_MATCH_1})
  elseif(section STREQUAL "run")
    string(APPEND depends ", ${line}")
  endif()
endforeach()

set(package_folder ${PROJECT_BINARY_DIR}/package)
file(WRITE ${package_folder}/conffiles "${conffiles}")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME m13d)
set(CPACK_PACKAGE_CONTACT "m13d maintainers <maintainers@m13d.invalid>")
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR})
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX})
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "${depends}")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
  "Reads the public registers in which foreign regulators publish approvals of
medical devices, recognises the firms of Beijing among the makers, and says
which product has newly become eligible under Measure 13, with the evidence.
Nothing runs until it has been configured and started.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${package_folder}/conffiles
  ${PROJECT_SOURCE_DIR}/daemon/debian/postinst
  ${PROJECT_SOURCE_DIR}/daemon/debian/prerm
  ${PROJECT_SOURCE_DIR}/daemon/debian/postrm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
