using Microsoft.Playwright;

namespace Serverless.Tests.Dashboard.Pages;

internal sealed class ReleasePage(Window window, string app) : Window(window)
{
    public ILocator State => Page.Locator(".state .badge").First;

    public Task GoAsync(string version) => GoAsync($"/apps/{app}/releases/{version}", version);
}
