{
  "targets": [
    {
      "target_name": "fvm",
      "sources": ["<!@(node -p \"require('fs').readdirSync('native/addon').filter((f) => f.endsWith('.cc')).map((f) => 'native/addon/' + f).join(' ')\")"],
      "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")"],
      # Nothing can be thrown in a worker that is being terminated; that is no reason to abort the process.
      "defines": ["NAPI_VERSION=9", "NODE_ADDON_API_DISABLE_CPP_EXCEPTIONS", "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"],
      "variables": { "vendor": "<!(node scripts/vendor.mjs)" },
      "cflags_cc!": ["-std=gnu++17", "-std=gnu++20"],
      "cflags_cc": ["-std=c++20", "-fno-exceptions", "-fno-rtti"],
      "cflags": ["-isystem", "<(vendor)/include", "-fvisibility=hidden", "-ffunction-sections", "-fdata-sections", "-Wall", "-Wextra"],
      "libraries": ["<(vendor)/lib/libfvm_vendor.a"],
      "conditions": [
        ["OS=='linux'", {
          "libraries": ["-ldl", "-lpthread", "-lm"],
          "ldflags": ["-Wl,--exclude-libs,ALL", "-Wl,--gc-sections", "-Wl,-z,noexecstack", "-Wl,-z,nodelete"]
        }],
        ["OS=='mac'", {
          "xcode_settings": {
            "CLANG_CXX_LANGUAGE_STANDARD": "c++20",
            "GCC_ENABLE_CPP_EXCEPTIONS": "NO",
            "GCC_ENABLE_CPP_RTTI": "NO",
            "GCC_SYMBOLS_PRIVATE_EXTERN": "YES",
            "MACOSX_DEPLOYMENT_TARGET": "12.0",
            "OTHER_CFLAGS": ["-isystem", "<(vendor)/include", "-Wall", "-Wextra"],
            "DEAD_CODE_STRIPPING": "YES"
          }
        }]
      ],
      "configurations": {
        "Release": { "conditions": [["OS=='linux'", { "ldflags": ["-Wl,--strip-all"] }]] }
      }
    }
  ]
}
