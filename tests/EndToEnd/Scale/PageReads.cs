using System.Globalization;
using System.Net;
using Serverless.Tests.EndToEnd.Conformance;
using Serverless.Tests.EndToEnd.Management;

namespace Serverless.Tests.EndToEnd.Scale;

/// <summary>The reads of the management API that pages of a console make of an app.</summary>
internal static class PageReads
{
    private const string Device = "44f128a5-ac7a-4c9a-be4c-224b6bf81b20";

    /// <param name="app">The app.</param>
    /// <param name="version">A release with devices and errors.</param>
    /// <returns>Paths below <c>/api/manage/apps</c>.</returns>
    public static IReadOnlyList<string> Of(string app, string version)
    {
        var day = DateTimeOffset.UtcNow.AddDays(-1).ToString("yyyy-MM-ddTHH:00Z", CultureInfo.InvariantCulture);
        return
        [
            app,
            $"{app}/releases?limit=50",
            $"{app}/releases/{version}",
            $"{app}/channels",
            $"{app}/channels/production",
            $"{app}/channels/production/rollout",
            $"{app}/approvals",
            $"{app}/incidents",
            $"{app}/errors?version={version}",
            $"{app}/notices",
            $"{app}/keys",
            $"{app}/ledger?limit=50",
            $"{app}/ledger/verification",
            $"{app}/quarantine",
            $"{app}/authentication",
            $"{app}/statistics/overview",
            $"{app}/statistics?from={day}&step=hour&by=version",
            $"{app}/devices/{Device}/pin",
            $"{app}/devices/{Device}/key",
            $"{app}/devices/{Device}/explain?platform=android&version_build=1.0.0&version_name=1.0.0&plugin_version=8.51.23",
        ];
    }

    public static async Task ReadAsync(ConformanceServer server, string path)
    {
        var answer = await server.ManageAsync(HttpMethod.Get, path);
        Assert.True(answer.Status is HttpStatusCode.OK, $"{path}: {answer.Body}");
    }
}
