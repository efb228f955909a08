using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Serverless.Fleet;
using Serverless.Tests.Dashboard.Pages;
using Serverless.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Serverless.Tests.Dashboard;

/// <summary>What is done on the pages that no release leads to, on an app without devices.</summary>
[Collection(nameof(Site))]
public sealed class ActsTests(Site site) : IAsyncLifetime
{
    private const string App = "com.example.acts";
    private const string Device = "44f128a5-ac7a-4c9a-be4c-224b6bf81b20";

    private readonly WalkedApp _app = new(site, App);
    private Window _window = null!;

    public async ValueTask InitializeAsync()
    {
        SetDefaultExpectTimeout(20_000);
        if (await _app.ReadAsync("releases/1.0.0") is null)
        {
            await _app.PublishAsync("production", "1.0.0");
        }

        var page = new SignInPage(new Window(await site.OpenAsync()));
        await page.Page.GotoAsync("/");
        await page.SignInAsync(site.Token);
        _window = page;
    }

    [ChromiumFact]
    public async Task Bundle_that_intake_refuses_is_in_the_quarantine_with_the_reason()
    {
        var page = new UploadPage(_window);
        await page.GoAsync($"/apps/{App}/upload", "Upload");
        await page.DropAsync("acts-2.0.0.zip", "no zip at all"u8.ToArray());
        await page.SendAsync();
        await Expect(page.Verdict).ToContainTextAsync("refused");
        await page.LookAsync("upload-refused");

        await page.GoAsync($"/apps/{App}/quarantine", "Quarantine");
        await Expect(page.Main).ToContainTextAsync("production/2.0.0.zip");
        await page.LookAsync("quarantine");
    }

    [ChromiumFact]
    public async Task Answer_about_values_that_were_changed_meanwhile_does_not_open_the_way_to_the_act()
    {
        using var mayAnswer = new SemaphoreSlim(0);
        await _window.Page.Clock.InstallAsync();
        await _window.GoAsync($"/apps/{App}/releases/1.0.0", "1.0.0");
        await _window.Page.RouteAsync("**/manage/apps/*/releases/1.0.0", async route =>
        {
            if (route.Request.Method == "POST")
            {
                await mayAnswer.WaitAsync(TestContext.Current.CancellationToken);
            }

            await route.ContinueAsync();
        });
        await _window.Main.GetByRole(AriaRole.Button, new() { Name = "Promote" }).ClickAsync();
        var dialog = _window.Page.GetByRole(AriaRole.Dialog);
        var verb = dialog.GetByRole(AriaRole.Button, new() { Name = "Promote" });

        // Time stands still: what is asked anew a moment after the change is not asked yet.
        await _window.Page.Clock.PauseAtAsync(DateTime.UtcNow.AddMinutes(1));
        var answered = _window.Page.WaitForResponseAsync(response => response.Request.Method == "POST");
        await dialog.GetByLabel("Also when").CheckAsync();
        mayAnswer.Release();
        await (await answered).FinishedAsync();
        await _window.Page.EvaluateAsync("async () => { for (let i = 0; i < 3; i++) { await (await fetch('api/health')).text(); } }");
        Assert.True(await verb.IsDisabledAsync());

        mayAnswer.Release();
        await _window.Page.Clock.RunForAsync(1000);
        await Expect(verb).ToBeEnabledAsync();
    }

    [ChromiumFact]
    public async Task Notice_is_previewed_published_and_closed()
    {
        await _window.GoAsync($"/apps/{App}/notices/new", "Write a notice");
        await _window.Page.GetByLabel("Kind").SelectOptionAsync("incident");
        await _window.Page.GetByLabel("Title").FillAsync("Signing in is slow");
        await _window.Page.GetByLabel("Text").FillAsync("We are on it.");
        await Expect(_window.Page.Locator(".banner")).ToContainTextAsync("Signing in is slow");
        await _window.LookAsync("notice");
        await _window.ActAsync("Publish", "Shown to all devices, in en", "Publish");
        await Expect(_window.Heading).ToHaveTextAsync("Notices");
        await Expect(_window.Main).ToContainTextAsync("active");
        await _window.LookAsync("notices");

        await _window.Page.GetByRole(AriaRole.Link, new() { Name = "Signing in is slow" }).ClickAsync();
        await _window.Page.GetByLabel("Title").FillAsync("Signing in is slow again");
        await _window.ActAsync("Save", "Signing in is slow again", "Save");
        await _window.Page.GetByRole(AriaRole.Link, new() { Name = "Signing in is slow again" }).ClickAsync();
        await _window.ActAsync("Close the notice", "is shown to nobody any more", "Close it");
        await Expect(_window.Main).ToContainTextAsync("closed");
    }

    [ChromiumFact]
    public async Task Upload_that_waits_goes_out_when_it_is_approved()
    {
        await _app.PublishAsync("reviewed", "1.4.0");
        await _app.SetAsync("channels/reviewed/approvals", new JsonObject { ["required"] = 1, ["approvers"] = new JsonArray("token:first") });
        var page = new UploadPage(_window);
        await page.GoAsync($"/apps/{App}/upload", "Upload");
        await page.DropAsync("acts-1.5.0.zip", WebBundle.Create("1.5.0"));
        await page.Channel.FillAsync("reviewed");
        await page.SendAsync();
        await Expect(page.Verdict).ToContainTextAsync("1.5.0 waits for approvals");

        await page.GoAsync($"/apps/{App}/approvals", "Approvals");
        await Expect(page.Main).ToContainTextAsync("1.5.0 on reviewed");
        await page.LookAsync("approvals");
        await page.ActAsync("Approve", "You agree that up to 100% of the devices get these bytes", "Approve");
        await Expect(page.Main).ToContainTextAsync("used");
    }

    [ChromiumFact]
    public async Task Approval_is_taken_back_and_a_request_declined_or_done_without()
    {
        await _app.PublishAsync("guarded", "1.7.0");
        await _app.SetAsync("channels/guarded/approvals", new JsonObject { ["required"] = 2, ["approvers"] = new JsonArray("token:first", "token:second") });
        await _app.DropAsync("guarded", "1.7.1");
        await _app.DropAsync("guarded", "1.7.2");
        await Eventually.True(async () => Waiting(await _app.ReadAsync("approvals")) == 2, "Both should wait for approvals.");
        await _window.GoAsync($"/apps/{App}/approvals", "Approvals");

        var declined = Request("1.7.1");
        await _window.ActAsync("Approve", "You agree that up to 100% of the devices get these bytes", "Approve", within: declined);
        await Expect(declined).ToContainTextAsync("1 of 2");
        await _window.ActAsync("Take back", "It counts no more", "Take back", within: declined);
        await Expect(declined).ToContainTextAsync("0 of 2");
        await _window.ActAsync("Decline", "What others gave is void", "Decline", Reason("not this one"), declined);
        await Expect(declined).ToContainTextAsync("by token:first: not this one");

        var urgent = Request("1.7.2");
        await _window.ActAsync("Break the glass", "It goes out at once, up to 100% of the devices", "Break the glass", Reason("everybody is asleep"), urgent);
        await Expect(urgent).ToContainTextAsync("used");
        await Expect(urgent).ToContainTextAsync("by token:first: everybody is asleep");
        await _window.LookAsync("approvals-decided");

        static int Waiting(JsonNode? requests) => requests!["approvals"]!.AsArray().Count(request => (string?)request!["state"] == "waiting");

        ILocator Request(string version) => _window.Page.GetByRole(AriaRole.Region, new() { Name = $"{version} on guarded" });
    }

    [ChromiumFact]
    public async Task Incident_that_the_automation_cannot_end_is_led_back_and_forward_by_a_person()
    {
        const string Incident = "incidents/1.6.0";
        await _app.PublishAsync("floored", "1.6.0", new Dictionary<string, string> { ["rollback_floor"] = "1.6.0" });
        await _app.PublishAsync("next", "1.6.1");
        await _app.ActAsync("releases/1.6.0", new JsonObject { ["action"] = "withdraw", ["reason"] = "it is slow" });
        await Eventually.True(async () => await StateAsync() == "paused", "Nothing is as high as the floor of the release: there is nowhere to go.");

        await _window.GoAsync($"/apps/{App}/{Incident}", "Incident of 1.6.0");
        await _window.ActAsync("Roll back", "its channels go back to 1.0.0", "Roll back", To("1.0.0", "it is good there"));
        await Eventually.True(async () => await StateAsync() == "resolved", "The channel should have gone back.");
        await _window.Page.ReloadAsync();
        await _window.ActAsync("Roll forward", "lead to 1.6.1", "Roll forward", To("1.6.1", "it is mended"));
        await Expect(_window.Main).ToContainTextAsync("Rolled forward to 1.6.1: it is mended");
        await Expect(_window.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "floored" })).ToContainTextAsync("1.6.1");
        await _window.LookAsync("incident-led");
        Assert.Equal("1.6.1", (string?)(await _app.ReadAsync("channels/floored"))!["target"]);

        async Task<string?> StateAsync() => (string?)(await _app.ReadAsync(Incident))?["state"];

        static Func<ILocator, Task> To(string version, string reason) => async dialog =>
        {
            await dialog.GetByLabel("To").SelectOptionAsync(version);
            await Reason(reason)(dialog);
        };
    }

    [ChromiumFact]
    public async Task Key_that_a_device_enrolled_is_revoked()
    {
        const string Enrolled = "6f1b2f0e-8a1c-4f43-9a55-0d3c7c1b9e02";
        await _app.SetAsync("authentication", new JsonObject { ["methods"] = new JsonArray("none", "signed_request") });
        await _app.EnrolAsync(Enrolled);
        await _window.GoAsync($"/apps/{App}/devices", "Devices");
        await _window.Page.GetByLabel("Device id").FillAsync(Enrolled);
        await _window.Page.GetByRole(AriaRole.Button, new() { Name = "Explain" }).ClickAsync();
        await _window.ActAsync("Revoke its key", "it is answered as a stranger", "Revoke");
        await Expect(_window.Main).ToContainTextAsync("revoked");
        await Expect(_window.Main.GetByRole(AriaRole.Button, new() { Name = "Revoke its key" })).ToHaveCountAsync(0);
    }

    [ChromiumFact]
    public async Task Device_is_explained_pinned_let_go_and_erased()
    {
        await _window.GoAsync($"/apps/{App}/devices", "Devices");
        await _window.Page.GetByLabel("Device id").FillAsync(Device);
        await _window.Page.GetByRole(AriaRole.Button, new() { Name = "Explain" }).ClickAsync();
        await Expect(_window.Main).ToContainTextAsync("It would be answered");
        await _window.LookAsync("device");
        await _window.ActAsync("Pin", "It is led to 1.0.0", "Pin", dialog => dialog.GetByLabel("or to release").FillAsync("1.0.0"));
        await _window.ActAsync("Let go", "It is pinned to 1.0.0", "Let go");
        await _window.ActAsync("Erase", "Gone for good", "Erase");
        Assert.DoesNotContain(Device, _window.Page.Url, StringComparison.Ordinal);
    }

    [ChromiumFact]
    public async Task Only_key_is_not_retired_and_the_dialog_says_why_but_it_is_disabled_and_enabled()
    {
        await _window.GoAsync("/keys", "Keys of all apps");
        await Expect(_window.Main).ToContainTextAsync("active");
        await _window.LookAsync("keys-of-all-apps");
        await _window.GoAsync($"/apps/{App}/keys", "Keys");
        await Expect(_window.Main.GetByRole(AriaRole.Button, new() { Name = "Retire" })).ToBeVisibleAsync();
        await _window.LookAsync("keys");
        var dialog = await _window.TryToActAsync("Retire", "it signs nothing new", "Retire");
        await _window.LookAsync("refusal");
        await _window.Page.Keyboard.PressAsync("Escape");
        await Expect(dialog).ToHaveCountAsync(0);

        await _window.ActAsync("Disable", "Devices with it stay where they are", "Disable", async asked =>
        {
            await asked.GetByLabel("What devices with it do").SelectOptionAsync("block");
            await Reason("a drill")(asked);
        });
        await Expect(_window.Main).ToContainTextAsync("disabled");
        await _window.ActAsync("Enable", "it signs releases again", "Enable", Reason("the drill is over"));
        await Expect(_window.Main).ToContainTextAsync("active");
    }

    [ChromiumFact]
    public async Task Ledger_is_searched_and_verified()
    {
        await _window.GoAsync($"/apps/{App}/ledger", "Ledger");
        await Expect(_window.Main).ToContainTextAsync("release.published");
        await _window.Page.GetByRole(AriaRole.Button, new() { Name = "Verify" }).ClickAsync();
        await Expect(_window.Main.GetByRole(AriaRole.Status)).ToContainTextAsync("follows from the one before");
        await _window.LookAsync("ledger");
        await _window.Page.GetByLabel("Kind").FillAsync("release.published");
        await _window.Page.Keyboard.PressAsync("Enter");
        await Expect(_window.Main).Not.ToContainTextAsync("bundle.uploaded");
        await Expect(_window.Main).ToContainTextAsync("release.published");
    }

    [ChromiumFact]
    public async Task Token_is_issued_shown_once_and_revoked()
    {
        await _window.GoAsync("/tokens", "Tokens");
        await Expect(_window.Main).ToContainTextAsync("first");
        await _window.LookAsync("tokens");
        await _window.ActAsync("Issue a token", "Whoever holds it may see everything but secrets", "Issue", dialog => dialog.GetByLabel("Name").FillAsync("walker"));
        await Expect(_window.Main).ToContainTextAsync("The token walker, shown this once");
        await _window.Page.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await _window.ActAsync("Revoke walker", "is refused, on every instance within seconds", "Revoke");
        await Expect(_window.Main).ToContainTextAsync("revoked");
    }

    private static Func<ILocator, Task> Reason(string text) => dialog => dialog.GetByLabel("Reason, for the ledger").FillAsync(text);

    public async ValueTask DisposeAsync() => await _window.Page.Context.CloseAsync();
}
