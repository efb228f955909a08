using Microsoft.AspNetCore.Http;
using Serverless.Hosts.Standalone;
using Serverless.Hosts.Standalone.Discovery;

namespace Serverless.Tests.Storage.Triggers;

public sealed class FunctionCatalogTests
{
    [Fact]
    public void Function_name_used_twice_is_refused()
    {
        var error = Assert.Throws<StartupException>(() => FunctionCatalog.Discover([typeof(First), typeof(Second)]));

        Assert.Equal("The function name 'same' is used by First.RunAsync and Second.RunAsync: each function needs a name of its own.", error.Message);
    }

    [Fact]
    public void Every_function_of_the_application_can_be_served_and_is_on_the_list_of_classes()
    {
        var marked = FunctionCatalog.Discover(typeof(StandaloneHosting).Assembly.GetTypes()).Functions.Select(function => function.Class).Distinct();

        Assert.Equal(marked.OrderBy(type => type.Name), FunctionClasses.All.OrderBy(type => type.Name));
    }

    [Theory]
    [InlineData(typeof(BadSchedule), "The function 'BadSchedule' has the schedule '*/5 * * * *', which is not a six-field NCRONTAB expression.")]
    [InlineData(typeof(NoTrigger), "The function 'NoTrigger' needs exactly one trigger, and has 0.")]
    [InlineData(typeof(TwoTriggers), "The function 'TwoTriggers' needs exactly one trigger, and has 2.")]
    [InlineData(typeof(StrayParameter), "The function 'StrayParameter' has the parameter 'other', which its trigger cannot fill.")]
    [InlineData(typeof(NoTask), "The function 'NoTask' must return Task: nothing else of its result would be used.")]
    [InlineData(typeof(WrongType), "The function 'WrongType' has its trigger on 'message', which must be a String.")]
    [InlineData(typeof(AdminRoute), "The function 'AdminRoute' has the route 'admin/apps', and the Azure host keeps 'admin' and 'runtime' for itself.")]
    [InlineData(typeof(Keyed), "The function 'Keyed' asks the Azure host for a key, and functions here find out themselves who calls.")]
    [InlineData(typeof(BadQueue), "The function 'BadQueue' has the queue 'Failed_Reports', which cannot be the name of a queue with a poison queue.")]
    [InlineData(typeof(BadNotices), "The function 'Bad_Notices' needs a queue 'serverless-blobs-bad_notices', which cannot be the name of one.")]
    [InlineData(typeof(NoContainer), "The function 'NoContainer' has the blob path 'uploads', which is not of the form container/{name}.")]
    public void Function_that_cannot_be_served_is_refused(Type function, string sentence)
    {
        var error = Assert.Throws<StartupException>(() => FunctionCatalog.Discover([function]));

        Assert.Equal(sentence, error.Message);
    }

    private sealed class First
    {
        [Function("same")]
        public Task RunAsync([QueueTrigger("a")] string message) => Task.CompletedTask;
    }

    private sealed class Second
    {
        [Function("Same")]
        public Task RunAsync([QueueTrigger("b")] string message) => Task.CompletedTask;
    }

    private sealed class BadSchedule
    {
        [Function("BadSchedule")]
        public Task RunAsync([TimerTrigger("*/5 * * * *")] TimerInfo timer) => Task.CompletedTask;
    }

    private sealed class NoTrigger
    {
        [Function("NoTrigger")]
        public Task RunAsync(CancellationToken cancellation) => Task.CompletedTask;
    }

    private sealed class TwoTriggers
    {
        [Function("TwoTriggers")]
        public Task RunAsync([QueueTrigger("a")] string one, [QueueTrigger("b")] string two) => Task.CompletedTask;
    }

    private sealed class StrayParameter
    {
        [Function("StrayParameter")]
        public Task RunAsync([QueueTrigger("a")] string message, string other) => Task.CompletedTask;
    }

    private sealed class NoTask
    {
        [Function("NoTask")]
        public string Run([QueueTrigger("a")] string message) => message;
    }

    private sealed class WrongType
    {
        [Function("WrongType")]
        public Task RunAsync([QueueTrigger("a")] int message) => Task.CompletedTask;
    }

    private sealed class AdminRoute
    {
        [Function("AdminRoute")]
        public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/apps")] HttpRequest request) => Task.CompletedTask;
    }

    private sealed class Keyed
    {
        [Function("Keyed")]
        public Task RunAsync([HttpTrigger(AuthorizationLevel.Function, "get", Route = "keyed")] HttpRequest request) => Task.CompletedTask;
    }

    private sealed class BadQueue
    {
        [Function("BadQueue")]
        public Task RunAsync([QueueTrigger("Failed_Reports")] string message) => Task.CompletedTask;
    }

    private sealed class BadNotices
    {
        [Function("Bad_Notices")]
        public Task RunAsync([BlobTrigger("uploads/{name}")] Azure.Storage.Blobs.BlobClient blob) => Task.CompletedTask;
    }

    private sealed class NoContainer
    {
        [Function("NoContainer")]
        public Task RunAsync([BlobTrigger("uploads")] Azure.Storage.Blobs.BlobClient blob) => Task.CompletedTask;
    }
}
