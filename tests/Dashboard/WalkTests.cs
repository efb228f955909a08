using System.Globalization;
using Microsoft.Playwright;
using Serverless.Fleet;
using Serverless.Tests.Dashboard.Pages;
using Serverless.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Serverless.Tests.Dashboard;

/// <summary>Somebody at the dashboard, while devices come and go behind it.</summary>
[Collection(nameof(Site))]
public sealed class WalkTests(Site site)
{
    private const string App = "com.example.walk";
    private const int Devices = 40;

    private readonly WalkedApp _app = new(site, App);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [ChromiumFact]
    public async Task Operator_follows_releases_from_the_upload_to_the_end_of_an_incident()
    {
        SetDefaultExpectTimeout(20_000);
        var options = new FleetOptions { Server = site.Address, App = App, Devices = Devices, Seed = 20_261, Connections = 8, SharesDownloads = false };
        using var devices = new HttpClient();
        var fleet = new DeviceFleet(options, devices, "1.2.0");
        var window = new Window(await site.OpenAsync());

        await SignInAsync(window);
        await UploadTheFirstAsync(window);
        await GatherAsync(fleet, "1.0.0");
        var overview = new OverviewPage(window, App);
        await LookAtTheOverviewAsync(overview, fleet);
        await RollOutAsync(window, fleet);
        await WithdrawByItselfAsync(window, fleet);
        await WithdrawAndPromoteAsync(window);
        await ChangePolicyAsync(window);
        await LookAtListsAsync(window);
        await overview.ShowsAsync(fleet);
        await WalkByKeyboardAndPhoneAsync(window);
        await SignOutAsync(window);
        Assert.Empty(fleet.Complaints);
    }

    private async Task SignInAsync(Window window)
    {
        var page = new SignInPage(window);
        await page.Page.GotoAsync("/");
        await page.TryAsync("sot_none");
        await Expect(page.Problem).ToContainTextAsync("not good here");
        await page.LookAsync("sign-in");
        await page.SignInAsync(site.Token);
        await Expect(page.Heading).ToHaveTextAsync("Apps");
        Assert.DoesNotContain("sot_", await page.Page.EvaluateAsync<string>("document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)"), StringComparison.Ordinal);
    }

    private static async Task UploadTheFirstAsync(Window window)
    {
        var page = new UploadPage(window);
        await page.GoAsync("/upload", "First upload of an app");
        await page.DropAsync("walk-1.0.0.zip", WebBundle.Create("1.0.0"));
        await Expect(page.Version).ToHaveValueAsync("1.0.0");
        await page.App.FillAsync(App);
        await page.LookAsync("upload");
        await page.SendAsync();
        await Expect(page.Verdict).ToContainTextAsync("1.0.0 is published on production");
        await page.LookAsync("upload-accepted");
    }

    /// <summary>Its numbers are those of the devices themselves.</summary>
    private static async Task LookAtTheOverviewAsync(OverviewPage page, DeviceFleet fleet)
    {
        await page.ShowsAsync(fleet);
        await page.GoAsync("hour");
        await Expect(page.Page.Locator(".chart canvas").First).ToBeVisibleAsync();
        await page.LookAsync("overview");
    }

    private async Task RollOutAsync(Window window, DeviceFleet fleet)
    {
        var page = new ChannelPage(window, App);
        await page.GoAsync();

        // So long that it does not go on by itself in the middle of an act, which would be refused then.
        await page.SetRampAsync("50% 01:00:00 3\n100% 01:00:00 3", "comes to 50 %, then 100 % of the devices");
        await _app.PublishAsync("production", "1.1.0");
        await Expect(page.Rollout).ToContainTextAsync("step 1 of 2");
        await page.ActAsync("Abort", "Everybody is led to the stable release", "Abort");
        await Expect(page.Rollout).ToContainTextAsync("None runs");
        await page.ActAsync("Start", "It comes to the first step of the ramp", "Start", dialog => dialog.GetByLabel("Release").SelectOptionAsync("1.1.0"));
        await Expect(page.Rollout).ToContainTextAsync("step 1 of 2");
        await fleet.RoundAsync(TimeSpan.Zero, _ => { }, Cancellation);
        await page.ActAsync("Pause", "offered to nobody new", "Pause");
        await Expect(page.Rollout).ToContainTextAsync("paused");
        await page.LookAsync("channel");
        await page.ActAsync("Resume", "offered to more devices again", "Resume");
        await Expect(page.Rollout).ToContainTextAsync("running");
        await page.ActAsync("Raise", "of the fleet are led to 1.1.0", "Raise", dialog => dialog.GetByLabel("Percent of the fleet").FillAsync("90"));
        await Expect(page.Rollout).ToContainTextAsync("90 %");
        await page.ActAsync("Finish", "becomes what the channel leads everybody to", "Finish");
        await Expect(page.Rollout).ToContainTextAsync("None runs");
        await GatherAsync(fleet, "1.1.0");
        await page.SetRampAsync("", "offered to everybody at once");
    }

    private async Task WithdrawByItselfAsync(Window window, DeviceFleet fleet)
    {
        await _app.PublishAsync("production", "1.2.0");
        var page = new ReleasePage(window, App);
        await Eventually.True(
            async () =>
            {
                await fleet.RoundAsync(TimeSpan.Zero, _ => { }, Cancellation);
                return (string?)(await _app.ReadAsync("releases/1.2.0"))?["state"] == "withdrawn";
            },
            "The bad release should have been withdrawn.");
        await Eventually.True(
            async () =>
            {
                await fleet.RoundAsync(TimeSpan.Zero, _ => { }, Cancellation);
                return (string?)(await _app.ReadAsync("incidents/1.2.0"))?["state"] == "resolved";
            },
            "The incident should have been resolved.");
        await page.GoAsync("1.2.0");
        await Expect(page.State).ToHaveTextAsync("withdrawn");
        await Expect(page.Figure("Failed")).ToHaveTextAsync(Text(fleet.Devices.Count(device => device.HasFailedOn("1.2.0"))));
        await Expect(page.Figure("Good")).ToHaveTextAsync(Text(fleet.Devices.Count(device => device.HasRun("1.2.0") && !device.HasFailedOn("1.2.0"))));
        await Expect(page.Main).ToContainTextAsync("did not call notifyAppReady()");
        await page.LookAsync("release");

        await window.GoAsync($"/apps/{App}/incidents", "Incidents");
        await Expect(window.Main).ToContainTextAsync("resolved");
        await window.LookAsync("incidents");
        await window.GoAsync($"/apps/{App}/incidents/1.2.0", "Incident of 1.2.0");
        await Expect(window.Main.Locator(".timeline > li")).ToHaveCountAsync(6);
        await window.LookAsync("incident");
    }

    private async Task WithdrawAndPromoteAsync(Window window)
    {
        var page = new ReleasePage(window, App);
        await page.GoAsync("1.0.0");
        await page.ActAsync("Withdraw", "No channel moves.", "Withdraw", dialog => dialog.GetByLabel("Reason").FillAsync("superseded"));
        await Expect(page.State).ToHaveTextAsync("withdrawn");
        await window.GoAsync($"/apps/{App}/incidents/1.0.0", "Incident of 1.0.0");

        // From there on it waits for devices, and does not go on in the middle of an act.
        await Expect(window.Main.Locator("dd").First).ToHaveTextAsync("probed");
        await window.ActAsync("Take over", "What is left to do is done by people", "Take over", dialog => dialog.GetByLabel("Reason").FillAsync("on purpose"));
        await Expect(window.Main).ToContainTextAsync("taken over");
        await window.ActAsync("Resolve", "It is over.", "Resolve", dialog => dialog.GetByLabel("Reason").FillAsync("nobody runs it"));
        await Expect(window.Main.Locator("dd").First).ToHaveTextAsync("resolved");

        await _app.PublishAsync("beta", "1.3.0");
        await page.GoAsync("1.3.0");
        await page.ActAsync("Promote", "production goes from 1.1.0 to 1.3.0", "Promote", dialog => dialog.GetByLabel("To the channel").SelectOptionAsync("production"));
        await Expect(page.Page.Locator(".state")).ToContainTextAsync("production");
    }

    private static async Task ChangePolicyAsync(Window window)
    {
        var page = new ChannelPage(window, App);
        await page.GoAsync();
        await page.ActAsync("Change policy", "Emulators: no", "Change", dialog => dialog.GetByLabel("Emulators").UncheckAsync());
        await Expect(page.Policy).ToContainTextAsync("Emulatorsno");
    }

    private static async Task LookAtListsAsync(Window window)
    {
        await window.GoAsync("/", "Apps");
        await Expect(window.Main).ToContainTextAsync(App);
        await window.LookAsync("apps");
        await window.GoAsync($"/apps/{App}/releases", "Releases");
        await Expect(window.Main).ToContainTextAsync("1.3.0");
        await window.LookAsync("releases");
        await window.GoAsync($"/apps/{App}/channels", "Channels");
        await Expect(window.Main).ToContainTextAsync("beta");
        await window.LookAsync("channels");
        await window.GoAsync($"/apps/{App}/incidents?after=MA", "Incidents");
        await Expect(window.Main).ToContainTextAsync("1.2.0");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Newest" }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Link, new() { Name = "Newest" })).ToHaveCountAsync(0);
        await window.GoAsync($"/apps/{App}/ledger", "Ledger");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Show older rows" }).ClickAsync();
        await Expect(window.Main.GetByRole(AriaRole.Rowheader, new() { Name = "1", Exact = true })).ToBeVisibleAsync();
    }

    private static async Task WalkByKeyboardAndPhoneAsync(Window window)
    {
        await window.Page.ReloadAsync();
        await Expect(window.Figure("Active devices today")).Not.ToBeEmptyAsync();
        await window.Page.Keyboard.PressAsync("Tab");
        await Expect(window.Page.GetByRole(AriaRole.Link, new() { Name = "Skip to content" })).ToBeFocusedAsync();
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Releases", Exact = true }).FocusAsync();
        await window.Page.Keyboard.PressAsync("Enter");
        await Expect(window.Heading).ToHaveTextAsync("Releases");
        await Expect(window.Heading).ToBeFocusedAsync();

        await window.Page.SetViewportSizeAsync(390, 844);
        await window.GoAsync($"/apps/{App}", App);
        await Expect(window.Page.Locator(".chart canvas").First).ToBeVisibleAsync();
        Assert.Equal(390, await window.Page.EvaluateAsync<int>("document.scrollingElement.scrollWidth"));
        await window.LookAsync("phone");
        foreach (var (list, heading) in new[] { ("releases", "Releases"), ("incidents", "Incidents"), ("ledger", "Ledger") })
        {
            await window.GoAsync($"/apps/{App}/{list}", heading);
            await Expect(window.Page.GetByRole(AriaRole.Row).Nth(1)).ToBeVisibleAsync();
            Assert.True(await window.Page.EvaluateAsync<bool>("[document.scrollingElement, ...document.querySelectorAll('.scroll')].every(one => one.scrollWidth <= one.clientWidth)"), list);
            await window.LookAsync($"phone-{list}");
        }
    }

    private static async Task SignOutAsync(Window window)
    {
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(window.Heading).ToHaveTextAsync("Sign in");
        Assert.Empty(await window.Page.Context.CookiesAsync());
    }

    private static Task GatherAsync(DeviceFleet fleet, string version) => Eventually.True(
        async () =>
        {
            await fleet.RoundAsync(TimeSpan.Zero, _ => { }, Cancellation);
            return fleet.Devices.All(device => device.Version == version);
        },
        $"Every device should have come to {version}.");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
