using Microsoft.Playwright;

namespace Serverless.Tests.Dashboard.Pages;

internal sealed class ChannelPage(Window window, string app) : Window(window)
{
    public ILocator Rollout => Card("Rollout");

    public ILocator Policy => Card("Whom it serves");

    public Task GoAsync() => GoAsync($"/apps/{app}/channels/production", "production");

    /// <param name="steps">One a line.</param>
    /// <param name="preview">What the dialog makes of them.</param>
    public Task SetRampAsync(string steps, string preview) => ActAsync("Change ramp", preview, "Change", dialog => dialog.GetByLabel("Steps").FillAsync(steps));

    private ILocator Card(string name) => Page.Locator("section.card").Filter(new() { Has = Page.GetByRole(AriaRole.Heading, new() { Name = name, Exact = true }) });
}
