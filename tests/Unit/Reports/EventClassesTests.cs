using CsCheck;
using Serverless.Errors;
using Serverless.Reports;

namespace Serverless.Tests.Unit.Reports;

/// <summary>Every action that plugin 8.51.23 emits, and the older names that Capgo's server accepts.</summary>
public sealed class EventClassesTests
{
    private static readonly Dictionary<EventClass, string> Actions = new()
    {
        [EventClass.Failure] = """
            update_fail set_fail finish_download_fail decrypt_fail
            """,
        [EventClass.FileFailure] = """
            manifest_path_fail download_manifest_file_fail download_manifest_checksum_fail download_manifest_brotli_fail
            """,
        [EventClass.UnattributedFailure] = """
            unzip_fail windows_path_fail canonical_path_fail directory_path_fail checksum_required session_key_required
            """,
        [EventClass.Crash] = """
            app_crash app_crash_native app_anr app_killed_excessive_resource_usage app_initialization_failure webview_unclean_restart
            webview_render_process_gone webview_content_process_terminated
            """,
        [EventClass.WebError] = """
            webview_javascript_error webview_unhandled_rejection webview_resource_error webview_security_policy_violation
            """,
        [EventClass.Good] = "app_launch_ready",
        [EventClass.Installed] = "set set_next download_complete download_zip_complete download_manifest_complete",
        [EventClass.Neutral] = """
            app_moved_to_foreground app_moved_to_background download_0 download_10 download_20 download_30 download_40 download_50 download_60
            download_70 download_80 download_90 download_zip_start download_manifest_start app_launch_start app_launch_timeout reset delete
            download_fail low_mem_fail insufficient_disk_space rate_limit_reached blocked_by_server_url os_version_changed
            native_app_version_changed app_killed_low_memory app_memory_warning webview_dom_content_loaded webview_page_loaded

            ping get uninstall needPlanUpgrade missingBundle noNew disablePlatformIos disablePlatformAndroid disablePlatformElectron
            disableAutoUpdateToMajor disableAutoUpdateToMinor disableAutoUpdateToPatch disableAutoUpdateMetadata disableAutoUpdateUnderNative
            disableAutoUpdate cannotUpdateViaPrivateChannel channelMisconfigured disableDevBuild disableProdBuild disableEmulator disableDevice
            cannotGetBundle NoChannelOrOverride setChannel getChannel rateLimited keyMismatch InvalidIp backend_refusal customIdBlocked
            """,
        [EventClass.Unknown] = "future_action Update_Fail download_ download_-5 download_+5 download_5x update_fail_",
    };

    public static TheoryData<string, string> Expected => new(
        Actions.SelectMany(pair => pair.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(action => (action, $"{pair.Key}"))));

    [Theory]
    [MemberData(nameof(Expected))]
    public void Action_means_the_same_on_both_platforms(string action, string expected)
    {
        Assert.Equal(expected, $"{EventClasses.Of(action, "android")}");
        Assert.Equal(expected, $"{EventClasses.Of(action, "ios")}");
    }

    [Fact]
    public void Failed_checksum_names_the_target_on_iOS_only()
    {
        Assert.Equal(EventClass.Failure, EventClasses.Of("checksum_fail", "ios"));
        Assert.Equal(EventClass.UnattributedFailure, EventClasses.Of("checksum_fail", "android"));
        Assert.Equal(EventClass.UnattributedFailure, EventClasses.Of("checksum_fail", ""));
    }

    [Fact]
    public void Every_error_has_a_likely_cause() => Assert.All(
        Actions.Where(pair => EventClasses.IsError(pair.Key)).SelectMany(pair => pair.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Append("checksum_fail"),
        action => Assert.NotEqual(LikelyCause.Of("future_action"), LikelyCause.Of(action)));

    [Fact]
    public void Any_action_gets_a_class() => Gen.Select(Gen.String, Gen.String).Sample((action, platform) => Enum.IsDefined(EventClasses.Of(action, platform)));
}
