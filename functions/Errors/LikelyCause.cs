namespace Serverless.Errors;

/// <summary>What usually is behind an error, as a sentence for people.</summary>
internal static class LikelyCause
{
    /// <param name="code">The plugin's action.</param>
    public static string Of(string code) => code switch
    {
        "update_fail" => "The release did not call notifyAppReady() in time: it crashed or hung while it started, or never calls it.",
        "set_fail" => "The downloaded release has no index.html on the device: its files are incomplete.",
        "finish_download_fail" => "The download was complete and could not be put to use: it did not unpack, decrypt or match its checksum.",
        "checksum_fail" or "download_manifest_checksum_fail" => "The download does not match its checksum: it was changed or cut off on its way, or decrypted with another key.",
        "decrypt_fail" => "The download does not decrypt: the key in the app is not the one that the release was signed with.",
        "manifest_path_fail" => "A file's path is not one that the device accepts.",
        "download_manifest_file_fail" => "A file could not be downloaded: the network broke off, or its address had expired.",
        "download_manifest_brotli_fail" => "A compressed file does not unpack: it was changed or cut off on its way.",
        "unzip_fail" => "The zip does not unpack: it was cut off on its way, or the device has no space left.",
        "windows_path_fail" or "canonical_path_fail" or "directory_path_fail" => "The zip has an entry with a path that the device refuses.",
        "checksum_required" => "The app wants a checksum that the answer did not have.",
        "session_key_required" => "The app carries a key and was answered with a release that is not signed for it.",
        "app_crash" => "The app crashed, or on iOS ended in the foreground without being closed.",
        "app_crash_native" => "Native code crashed: a plugin that the release calls, or the web view itself.",
        "app_anr" => "The app did not respond: something kept its main thread busy.",
        "app_killed_excessive_resource_usage" => "The system ended the app because it used too much memory or processor time.",
        "app_initialization_failure" => "The app could not be started by the system.",
        "webview_render_process_gone" or "webview_content_process_terminated" => "The web view's process died: it crashed, or took more memory than it may.",
        "webview_unclean_restart" => "The web view started anew without having been left: it hung, or its process died.",
        "webview_javascript_error" => "The page threw an error that nothing caught.",
        "webview_unhandled_rejection" => "A promise was rejected and nothing caught it.",
        "webview_resource_error" => "A resource of the page could not be loaded: it is missing in the bundle, or the network broke off.",
        "webview_security_policy_violation" => "The page's content security policy forbids something that it does.",
        ErrorGroup.Other => "Errors of too many kinds: these came after the release had its most groups.",
        _ => "Nothing is known about this error.",
    };
}
